"""By which means PostgreSQL is to read what a search asks for."""


def planned(*, in_order: bool, by_filters: bool) -> str:
    """Settings by which a search is planned, each time for its values."""
    return (
        f"SET enable_seqscan = {written(in_order)}; SET enable_indexscan = {written(in_order)};"
        f" SET enable_indexonlyscan = {written(in_order)}; SET enable_bitmapscan = {written(by_filters)};"
        " SET plan_cache_mode = force_custom_plan"
    )


def written(on: bool) -> str:
    return "on" if on else "off"


BY_FILTERS = planned(in_order=False, by_filters=True)  # what it reads by primary keys is found by these as well
IN_ORDER = planned(in_order=True, by_filters=False)
BY_PLAN = planned(in_order=True, by_filters=True)
