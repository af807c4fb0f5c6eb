"""The told story of the interface and the played worlds of the plan, as they are."""

from tests.exchange.conftest import told, world  # noqa: F401  fixtures
from tests.plan.conftest import all_worlds, worlds  # noqa: F401  fixtures
