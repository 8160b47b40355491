#!/usr/bin/env python3
"""Tests of the job: python3 test_tunnelscope_job.py PROGRAM. With pyspark they run on Spark in local mode as well."""
import functools
import pathlib
import pickle
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tunnelscope_job as job  # noqa: E402

try:
    from pyspark import SparkConf, SparkContext
except ImportError:
    SparkContext = None

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "Captures"
SITES = {
    "berlin": ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"],
    "paris": ["blocked-client.pcap", "blocked-gateway.pcap"],
    "rome": ["ipv6-blocked-client.pcap"],
    "oslo": ["idle-quiet-client.pcap"],
}


class InProcess:
    """As much of a SparkContext as the job uses, in this process and in order."""

    # All that came to the driver, in the order in which it did.
    collected = []

    def __init__(self, items=()):
        self.items = list(items)

    def parallelize(self, items, _):
        return InProcess(items)

    def map(self, function):
        return InProcess(map(function, self.items))

    def flatMap(self, function):
        return InProcess(each for item in self.items for each in function(item))

    def mapPartitions(self, function):
        return InProcess(function(iter(self.items)))

    def distinct(self):
        return InProcess(dict.fromkeys(self.items))

    def join(self, other):
        return InProcess((key, (one, two)) for key, one in self.items for same, two in other.items if key == same)

    def repartitionAndSortWithinPartitions(self, _):
        return InProcess(sorted(self.items, key=lambda pair: pair[0]))

    def isEmpty(self):
        return not self.items

    def treeReduce(self, function):
        return functools.reduce(function, self.items)

    def persist(self, _):
        return self

    def collect(self):
        InProcess.collected.append(self.items)
        return self.items


class JobTests(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.context = InProcess()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for site, names in SITES.items():
            (self.root / site).mkdir()
            for name in names:
                shutil.copy(SAMPLES / name, self.root / site / name)
        self.files = job.captures([self.root])

    def tearDown(self):
        self.folder.cleanup()

    def analyze(self, files, *options):
        return subprocess.run([self.program, "analyze", "--format", "json", *options, *map(str, files)],
                              capture_output=True, check=False).stdout

    def test_one_report_for_each_folder_is_that_of_its_captures(self):
        for parts in (1, 3):
            reports, errors, is_complete = job.run(self.context, self.files, self.program, "folder", parts)
            self.assertTrue(is_complete)
            self.assertEqual(job.status(reports, is_complete), 1)
            self.assertEqual(errors, [])
            self.assertEqual([report.group for report in reports], sorted(str(self.root / site) for site in SITES))
            for report in reports:
                files = sorted(pathlib.Path(report.group).iterdir())
                self.assertEqual(report.text, self.analyze(files), f"{report.group}, {parts} parts")
                self.assertEqual(report.status, 0 if report.group.endswith("oslo") else 1)

    def test_all_captures_can_be_in_one_report(self):
        # Sites that were captured one after the other are kept apart by their names in the program's order.
        files = [file for file in self.files if file.parent.name == "berlin"]
        reports, _, _ = job.run(self.context, files, self.program, "all")
        self.assertEqual([report.text for report in reports], [self.analyze(files)])

    def test_one_report_for_each_gateway_has_its_tunnels_only(self):
        files = [file for file in self.files if file.parent.name in ("paris", "rome")]
        reports, _, _ = job.run(self.context, files, self.program, "gateway", 2)
        self.assertEqual(len(reports), 2)
        for report in reports:
            tunnels = job.json.loads(report.text)["tunnels"]
            self.assertTrue(tunnels)
            self.assertEqual({tunnel["gateway"]["address"] for tunnel in tunnels}, {report.group})

    def test_files_that_differ_in_digits_stay_together_and_others_do_not(self):
        names = ["a_00001_20260101.pcap", "a_00002_20260102.pcap", "b.pcap"]
        work = job.tasks([pathlib.Path("x", name) for name in names], "all", 2)
        self.assertEqual([(task.files, task.part) for task in work], [
            (("x/a_00001_20260101.pcap", "x/a_00002_20260102.pcap"), 1),
            (("x/a_00001_20260101.pcap", "x/a_00002_20260102.pcap"), 2),
            (("x/b.pcap",), 1), (("x/b.pcap",), 2)])

    def test_a_capture_that_cannot_be_read_is_told_and_does_not_hide_the_others(self):
        (self.root / "paris" / "broken.pcap").write_bytes(b"no capture")
        reports, errors, is_complete = job.run(
            self.context, job.captures([self.root / "paris"]), self.program, "folder", 2)
        self.assertEqual(job.status(reports, is_complete), job.INCOMPLETE)
        self.assertEqual(len(errors), 1)
        self.assertIn("broken.pcap: not a capture file", errors[0])
        self.assertIn(b"handshake-unanswered", reports[0].text)

    def test_reports_have_names_of_their_own(self):
        self.assertEqual(list(job.file_names(["/a/b", "a b", "2001:db8::1", ".."], "json").values()),
                         ["a-b.json", "a-b-2.json", "2001-db8-1.json", "report.json"])

    def faulty(self, name, then):
        """A program that does something else where it is to observe a file of this name."""
        path = self.root / "faulty"
        path.write_text(f'#!/bin/sh\ncase "$*" in observe*{name}*) {then};; esac\nexec "{self.program}" "$@"\n')
        path.chmod(0o755)
        return str(path)

    def test_an_observe_that_is_lost_loses_its_capture_only_and_is_named(self):
        whole = {one.group: one.text for one in job.run(self.context, self.files, self.program)[0]}
        for then, how in (("kill -9 $$", "SIGKILL"), ("exit 70", "status 70"),
                          (f'"{self.program}" "$@" | head -c 1500; kill -9 $$', "SIGKILL")):
            program = self.faulty("blocked-gateway", then)
            reports, errors, is_complete = job.run(self.context, self.files, program)
            self.assertFalse(is_complete)
            self.assertEqual(job.status(reports, is_complete), job.INCOMPLETE)
            self.assertEqual([line for line in errors if "blocked-gateway.pcap: " in line and how in line], errors)
            self.assertEqual(len(errors), 1)
            for report in reports:
                if report.group.endswith("paris"):
                    self.assertIn(b"handshake-unanswered", report.text)
                else:
                    self.assertEqual(report.text, whole[report.group])

    def test_of_files_that_are_observed_together_the_one_to_blame_is_lost(self):
        for number in (1, 2):
            shutil.copy(SAMPLES / "blocked-client.pcap", self.root / "rome" / f"part{number}.pcap")
        program = self.faulty("part2", "kill -9 $$")
        reports, errors, _ = job.run(self.context, job.captures([self.root / "rome"]), program)
        self.assertEqual(len(errors), 1)
        self.assertIn("part2.pcap: ", errors[0])
        self.assertIn(b'"part1.pcap"', reports[0].text)

    def test_a_program_that_is_not_there_is_named_and_is_no_crash(self):
        reports, errors, is_complete = job.run(self.context, self.files, "/no/such/program")
        self.assertEqual(reports, [])
        self.assertEqual(job.status(reports, is_complete), job.INCOMPLETE)
        self.assertEqual(len(errors), len(self.files))

    def test_a_correlate_that_is_lost_is_named_with_its_group(self):
        path = self.root / "faulty"
        path.write_text(f'#!/bin/sh\n[ "$1" = correlate ] && kill -9 $$\nexec "{self.program}" "$@"\n')
        path.chmod(0o755)
        reports, _, is_complete = job.run(self.context, self.files, str(path))
        self.assertTrue(is_complete)
        self.assertEqual(job.status(reports, is_complete), job.INCOMPLETE)
        for report in reports:
            self.assertEqual(report.text, b"")
            self.assertTrue(any(report.group in line and "SIGKILL" in line for line in report.errors))

    def test_parts_of_a_rotated_capture_stay_together_whatever_an_archive_made_of_their_names(self):
        names = ["cap1.pcap.gz", "cap2.pcap", "cap3.pcapng.zst", "cap.pcap4", "other.pcap"]
        work = job.tasks([pathlib.Path("x", name) for name in names], "folder", 1)
        self.assertEqual([len(task.files) for task in work], [4, 1])
        whole = job.tasks([pathlib.Path("x", name) for name in names], "folder", 1, "folder")
        self.assertEqual([len(task.files) for task in whole], [5])

    def test_a_folder_that_is_observed_together_gives_the_report_of_analyze_whatever_its_captures(self):
        for name in ("blocked-client.pcap", "crashed-client.pcap", "cycle-healthy-client.pcap"):
            shutil.copy(SAMPLES / name, self.root / "rome" / name)
        files = job.captures([self.root / "rome"])
        reports, _, _ = job.run(self.context, files, self.program, together="folder")
        self.assertEqual([report.text for report in reports], [self.analyze(files)])

    def test_no_observations_come_to_the_driver(self):
        if not isinstance(self.context, InProcess):
            self.skipTest("Spark does not tell what it collected")
        for by in ("folder", "gateway", "all"):
            InProcess.collected.clear()
            reports, _, _ = job.run(self.context, self.files, self.program, by, output=str(self.root / by))
            self.assertTrue(reports)
            self.assertLess(len(pickle.dumps(InProcess.collected)), 4_000, by)

    def test_reports_are_written_where_they_are_made(self):
        output = self.root / "out"
        reports, _, _ = job.run(self.context, self.files, self.program, output=str(output))
        self.assertEqual(sorted(str(file) for file in output.iterdir() if file.name != job.OVERVIEW),
                         sorted(report.file for report in reports))
        for report in reports:
            self.assertEqual(pathlib.Path(report.file).read_bytes(), self.analyze(sorted(pathlib.Path(report.group).iterdir())))


    def test_what_all_reports_say_is_merged_into_one_overview(self):
        output = self.root / "out"
        reports, _, _ = job.run(self.context, self.files, self.program, output=str(output))
        whole = job.json.loads((output / job.OVERVIEW).read_bytes())
        each = [job.json.loads(pathlib.Path(report.file).read_bytes()) for report in reports]
        self.assertEqual(whole["reports"], len(each))
        self.assertEqual(whole["captures"], len(self.files))
        self.assertEqual(whole["tunnels"], sum(len(one["tunnels"]) for one in each))
        self.assertEqual(sum(whole["verdicts"].values()), len(each))
        for rule, said in whole["findings"].items():
            mine = [[finding for finding in one["findings"] if finding["rule"] == rule] for one in each]
            self.assertEqual(said["reports"], sum(bool(some) for some in mine))
            self.assertEqual(said["findings"], sum(map(len, mine)))
            self.assertEqual(said["findings"], said["error"] + said["warning"] + said["note"])

    def test_the_order_in_which_overviews_are_merged_does_not_matter(self):
        one, two = {"reports": 1, "verdicts": {"broken": 1}}, {"reports": 2, "verdicts": {"broken": 1, "healthy": 1}}
        self.assertEqual(job.merged(one, two), job.merged(two, one))
        self.assertEqual(job.merged(one, two), {"reports": 3, "verdicts": {"broken": 2, "healthy": 1}})


@unittest.skipIf(SparkContext is None, "pyspark is not installed")
class SparkTests(JobTests):
    """The same on Spark, in local mode with two cores."""

    @classmethod
    def setUpClass(cls):
        settings = SparkConf().setMaster("local[2]").setAppName("tunnelscope").set("spark.ui.enabled", "false")
        settings = settings.set("spark.ui.showConsoleProgress", "false")
        # The workers of local mode are processes of their own, which must find the job's module.
        settings = settings.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1")
        cls.context = SparkContext.getOrCreate(settings)
        cls.context.setLogLevel("ERROR")
        cls.context.addPyFile(str(pathlib.Path(job.__file__)))

    @classmethod
    def tearDownClass(cls):
        cls.context.stop()

    def test_the_command_writes_the_reports(self):
        output = self.root / "reports"
        run = subprocess.run(
            [sys.executable, job.__file__, "--program", self.program, "--output", output, self.root / "berlin"],
            capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 1, run.stderr[-2000:])
        self.assertEqual([file.read_bytes() for file in output.iterdir() if file.name != job.OVERVIEW],
                         [self.analyze(sorted((self.root / "berlin").iterdir()))])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    JobTests.program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
