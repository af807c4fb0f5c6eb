"""系统管理与审计: the desks of who keeps the system and of who looks over it. No clue, matter or case number stands here."""
