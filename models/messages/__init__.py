"""The platform-neutral Message and everything Pluginwatch says. Pure."""
