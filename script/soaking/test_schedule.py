#!/usr/bin/env python3
"""Tests of the soak's schedule and judgement: python3 test_schedule.py"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True
from soaking import schedule  # noqa: E402

TUNNELS = [(f"t{number}", list(schedule.LIMITS)[number % 4]) for number in range(200)]
FAILURE = schedule.Failure("a", "wireguard", 300, 540)


def told(at, state="new", tunnel="a", finding="L1"):
    return schedule.Told(at, state, tunnel, "tunnel-lost", finding)


class ScheduleTests(unittest.TestCase):
    def test_the_same_seed_gives_the_same_failures_and_another_others(self):
        self.assertEqual(schedule.failures(TUNNELS, 1800), schedule.failures(TUNNELS, 1800))
        self.assertNotEqual(schedule.failures(TUNNELS, 1800), schedule.failures(TUNNELS, 1800, 2))

    def test_every_fourth_tunnel_never_fails_and_all_others_do(self):
        failing = {failure.tunnel for failure in schedule.failures(TUNNELS, 1800)}
        self.assertEqual(failing, {name for number, (name, _) in enumerate(TUNNELS) if number % 4})

    def test_failures_of_a_tunnel_are_apart_and_end_in_time_to_be_told_as_recovered(self):
        for seconds in (700, 1800, 7200):
            last = {}
            for failure in schedule.failures(TUNNELS, seconds):
                self.assertGreaterEqual(failure.begin, last.get(failure.tunnel, 0) + schedule.WARM_UP)
                self.assertLessEqual(failure.end + schedule.AFTERWARDS, seconds)
                last[failure.tunnel] = failure.end


class JudgementTests(unittest.TestCase):
    def judge(self, *events):
        return schedule.judge([FAILURE], list(events))

    def test_what_is_told_in_time_and_recovers_is_right(self):
        found = self.judge(told(320), told(550, "recovered"))
        self.assertEqual((found.told, found.recovered), ([20], [10]))
        self.assertEqual((found.missed, found.late, found.unrecovered, found.false), ([], [], [], []))

    def test_a_failure_of_which_nothing_is_told_while_it_lasts_is_missed(self):
        self.assertEqual(self.judge().missed, [FAILURE])
        self.assertEqual(self.judge(told(541)).missed, [FAILURE])
        self.assertEqual(self.judge(told(320, tunnel="b")).missed, [FAILURE])

    def test_what_is_told_after_the_limit_is_late(self):
        self.assertEqual([late[1] for late in self.judge(told(361)).late], [61])

    def test_a_finding_that_does_not_end_is_unrecovered(self):
        self.assertEqual(len(self.judge(told(320)).unrecovered), 1)
        self.assertEqual(len(self.judge(told(320), told(330, finding="L2"), told(550, "recovered")).unrecovered), 1)

    def test_what_is_told_of_a_tunnel_that_does_not_fail_is_false(self):
        self.assertEqual(len(self.judge(told(299)).false), 1)
        self.assertEqual(len(self.judge(told(320, tunnel="b")).false), 1)
        self.assertEqual(len(self.judge(told(320), told(541 + schedule.AFTERWARDS)).false), 1)


if __name__ == "__main__":
    unittest.main()
