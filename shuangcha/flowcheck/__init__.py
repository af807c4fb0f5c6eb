"""系统检查 (方案四(七)2): rules over the flow data of enforcement cases. No Django; needs `periods` and `numbers` only."""
