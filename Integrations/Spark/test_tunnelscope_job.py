#!/usr/bin/env python3
"""Tests of the job: python3 test_tunnelscope_job.py PROGRAM. With pyspark they run on Spark in local mode as well."""
import collections
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types
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

    def __init__(self, items=()):
        self.items = list(items)

    def parallelize(self, items, _):
        return InProcess(items)

    def broadcast(self, value):
        return types.SimpleNamespace(value=value)

    def map(self, function):
        return InProcess(map(function, self.items))

    def flatMap(self, function):
        return InProcess(each for item in self.items for each in function(item))

    def filter(self, function):
        return InProcess(filter(function, self.items))

    def groupByKey(self):
        groups = collections.defaultdict(list)
        for key, value in self.items:
            groups[key].append(value)
        return InProcess(groups.items())

    def keys(self):
        return InProcess(key for key, _ in self.items)

    def cache(self):
        return self

    def collect(self):
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
            reports, errors = job.run(self.context, self.files, self.program, "folder", parts)
            self.assertEqual(errors, [])
            self.assertEqual([report.group for report in reports], sorted(str(self.root / site) for site in SITES))
            for report in reports:
                files = sorted(pathlib.Path(report.group).iterdir())
                self.assertEqual(report.text, self.analyze(files), f"{report.group}, {parts} parts")
                self.assertEqual(report.status, 0 if report.group.endswith("oslo") else 1)

    def test_all_captures_can_be_in_one_report(self):
        # Sites that were captured one after the other are kept apart by their names in the program's order.
        files = [file for file in self.files if file.parent.name == "berlin"]
        reports, _ = job.run(self.context, files, self.program, "all")
        self.assertEqual([report.text for report in reports], [self.analyze(files)])

    def test_one_report_for_each_gateway_has_its_tunnels_only(self):
        files = [file for file in self.files if file.parent.name in ("paris", "rome")]
        reports, _ = job.run(self.context, files, self.program, "gateway", 2)
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
        reports, errors = job.run(self.context, job.captures([self.root / "paris"]), self.program, "folder", 2)
        self.assertEqual(len(errors), 1)
        self.assertIn("broken.pcap: not a capture file", errors[0])
        self.assertIn(b"handshake-unanswered", reports[0].text)

    def test_reports_have_names_of_their_own(self):
        reports = [job.Report(group, b"", "", 0) for group in ("/a/b", "a b", "2001:db8::1", "..")]
        self.assertEqual(list(job.file_names(reports, "json")),
                         ["a-b.json", "a-b-2.json", "2001-db8-1.json", "report.json"])


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
        self.assertEqual([file.read_bytes() for file in output.iterdir()],
                         [self.analyze(sorted((self.root / "berlin").iterdir()))])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    JobTests.program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
