"""演示: whole invented matters played through the real door. Stories name people and days;
stages come from the system."""
