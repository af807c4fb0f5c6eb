"""系统检查 in the procedure: data sets loaded, runs over them in the background,
and checks frozen for one case (方案四(七)2)."""
