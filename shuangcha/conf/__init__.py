"""装配: settings, addresses, server and commands. The only room that knows how the others are put together."""
