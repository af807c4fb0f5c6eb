"""双查: how courts run 执行工作“一案双查”."""

__version__ = "0.1.0"
