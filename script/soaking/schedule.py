"""When each tunnel fails and recovers, and what live said of that."""
import dataclasses
import random

WARM_UP = 240  # seconds in which all tunnels come up; nothing fails before
FAILURE = 240  # seconds that a failure lasts
PAUSE = 360  # least seconds from a recovery to the next failure
AFTERWARDS = 180  # seconds after a recovery in which a tunnel may still be told of, and must be told as recovered
HEALTHY = 4  # every fourth tunnel never fails: live must be silent about it

# Seconds from the failure in which live must speak: what the peers of a family take to find out, until then nothing on
# the wire differs from a quiet tunnel, and half a minute for live.
LIMITS = {
    "openconnect": 180,  # dead peer detection each 20 s, taken for dead after two; DTLS is tried anew a minute later
    "ipsec": 75,  # dead peer detection after 15 s without packets; sent again after 4, 7 and 13 s
    "openvpn": 100,  # ping-restart after 30 s of silence, a first reset 5 s later, given up with the next one
    "wireguard": 60,  # a first initiation 15 s after data without an answer; again every 5 s
}


@dataclasses.dataclass(frozen=True)
class Failure:
    tunnel: str
    family: str
    begin: float
    end: float


def failures(tunnels, seconds, seed=1):
    """Failures of tunnels, given as (name, family) pairs, in a run of so many seconds, in order of time. The same seed
    gives the same schedule."""
    chance, planned = random.Random(seed), []
    for number, (name, family) in enumerate(tunnels):
        if number % HEALTHY == 0:
            continue
        last = seconds - FAILURE - AFTERWARDS
        begin = WARM_UP + chance.uniform(0, max(0, min(last - WARM_UP, FAILURE + PAUSE)))
        while begin <= last:
            planned.append(Failure(name, family, begin, begin + FAILURE))
            begin += FAILURE + PAUSE + chance.uniform(0, PAUSE)
    return sorted(planned, key=lambda failure: failure.begin)


@dataclasses.dataclass(frozen=True)
class Told:
    """An event of live about a finding of severity warning or error."""
    at: float
    state: str
    tunnel: str
    rule: str
    finding: str


@dataclasses.dataclass(frozen=True)
class Judgement:
    # Seconds from each failure to the first word about it, and from each recovery to the last finding's end.
    told: list
    recovered: list
    missed: list
    late: list
    unrecovered: list
    # Words about tunnels that did not fail then.
    false: list


def judge(planned, events, limits=LIMITS):
    """Compares failures with what was told; both in seconds of the run."""
    by_tunnel = {}
    for event in sorted(events, key=lambda event: event.at):
        by_tunnel.setdefault(event.tunnel, []).append(event)
    result = Judgement([], [], [], [], [], [])
    excused = set()
    for failure in planned:
        during, open_findings = [], {}
        for event in by_tunnel.get(failure.tunnel, []):
            if not failure.begin <= event.at <= failure.end + AFTERWARDS:
                continue
            excused.add(event)
            if event.state == "recovered":
                open_findings.pop(event.finding, None)
            else:
                open_findings[event.finding] = event
                during.append(event)
        first = next((event for event in during if event.at <= failure.end), None)
        if first is None:
            result.missed.append(failure)
            continue
        took = first.at - failure.begin
        result.told.append(took)
        if took > limits[failure.family]:
            result.late.append((failure, took, first.rule))
        if open_findings:
            result.unrecovered.append((failure, sorted({event.rule for event in open_findings.values()})))
        else:
            result.recovered.append(max(0, max(e.at for e in by_tunnel[failure.tunnel] if e in excused
                                               and e.at <= failure.end + AFTERWARDS and e.at >= failure.begin) - failure.end))
    result.false.extend(event for event in events if event.state != "recovered" and event not in excused)
    return result
