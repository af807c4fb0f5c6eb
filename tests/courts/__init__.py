from datetime import datetime
from zoneinfo import ZoneInfo

NOW = datetime(2020, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
