"""Run by `bench flow --pm4py` in an environment that has pm4py and nothing of this program:
R01–R05 as pm4py can state them.

Existence of five activities, N25 before N29, and three durations between activities in natural days. It has no working
days, no roll-over, no months and no stops, so it answers an easier question. Two ways: `filters`, the cheapest, which
gives numbers of cases; `conformance`, its functions that tell of each case what is wrong, as our findings do.
"""

import json
import resource
import sys
import time

MUST = ("N02", "N06", "N07", "N15", "N39")
SLOW = (("N02", "N06", 10), ("N02", "N15", 7), ("N02", "N39", 183))
DAY = 86400.0


def main(way: str, path: str) -> None:
    import pandas
    import pm4py

    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    frame = pandas.read_parquet(path, columns=["case_id", "node", "event_at"])
    frame["case_id"] = frame["case_id"].astype(str)
    log = pm4py.format_dataframe(frame, case_id="case_id", activity_key="node", timestamp_key="event_at")
    hits = {"filters": filters, "conformance": conformance}[way](pm4py, log)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        json.dumps(
            {
                "cpu": cpu,
                "wall": time.monotonic() - began,
                "rss": after.ru_maxrss / 1024,
                "hits": hits,
                "version": pm4py.__version__,
            }
        )
    )


def filters(pm4py, log):  # type: ignore[no-untyped-def]
    from pm4py.algo.filtering.pandas.ltl import ltl_checker

    hits = {}
    for node in MUST:
        hits[f"without {node}"] = int(
            pm4py.filter_event_attribute_values(log, "concept:name", [node], level="case", retain=False)[
                "case:concept:name"
            ].nunique()
        )
    hits["N29 before N25"] = int(ltl_checker.eventually_follows(log, ["N29", "N25"])["case:concept:name"].nunique())
    for first, then, days in SLOW:
        bounds = {
            ltl_checker.Parameters.ENABLE_TIMESTAMP: True,
            ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [(days * DAY, 10**11)],
        }
        hits[f"{first} to {then}"] = int(
            ltl_checker.eventually_follows(log, [first, then], parameters=bounds)["case:concept:name"].nunique()
        )
    return hits


def conformance(pm4py, log):  # type: ignore[no-untyped-def]
    sure = {"support": 1.0, "confidence": 1.0}
    model = {"existence": dict.fromkeys(MUST, sure), "precedence": {("N25", "N29"): sure}}
    declared = pm4py.conformance_declare(log, model)
    slow = pm4py.conformance_temporal_profile(
        log, {(first, then): (0, days * DAY) for first, then, days in SLOW}, zeta=1.0
    )
    return {"declared": sum(1 for one in declared if one["no_dev_total"]), "slow": sum(1 for one in slow if one)}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
