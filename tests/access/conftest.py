"""The told story of the interface and the played worlds of the plan, as they are."""

from tests.exchange.conftest import world  # noqa: F401  fixtures
from tests.plan.conftest import worlds  # noqa: F401  fixtures
