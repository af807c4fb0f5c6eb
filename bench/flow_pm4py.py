"""Run by `bench flow --pm4py` in an environment that has pm4py and nothing of this program: R01–R05 as pm4py can state them.

Existence of five activities, N25 before N29, and three durations between activities in natural days. It has no working
days, no roll-over, no months and no stops, so it answers an easier question.
"""

import json
import resource
import sys
import time


def main(path: str) -> None:
    import pandas
    import pm4py
    from pm4py.algo.filtering.pandas.ltl import ltl_checker

    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    frame = pandas.read_parquet(path, columns=["case_id", "node", "event_at"])
    frame["case_id"] = frame["case_id"].astype(str)
    log = pm4py.format_dataframe(frame, case_id="case_id", activity_key="node", timestamp_key="event_at")
    hits = {}
    for node in ("N02", "N06", "N07", "N15", "N39"):
        hits[f"without {node}"] = int(pm4py.filter_event_attribute_values(log, "concept:name", [node], level="case", retain=False)["case:concept:name"].nunique())
    far = 10**11

    def slower(first: str, then: str, days: int) -> int:
        bounds = {ltl_checker.Parameters.ENABLE_TIMESTAMP: True, ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [(days * 86400.0, far)]}
        return int(ltl_checker.eventually_follows(log, [first, then], parameters=bounds)["case:concept:name"].nunique())

    hits["N29 before N25"] = int(ltl_checker.eventually_follows(log, ["N29", "N25"])["case:concept:name"].nunique())
    hits["notice"], hits["query"], hits["closing"] = slower("N02", "N06", 10), slower("N02", "N15", 7), slower("N02", "N39", 183)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"cpu": cpu, "wall": time.monotonic() - began, "rss": after.ru_maxrss / 1024, "hits": hits, "version": pm4py.__version__}))


if __name__ == "__main__":
    main(sys.argv[1])
