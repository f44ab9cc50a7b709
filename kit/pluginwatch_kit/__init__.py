"""What others install beside Pluginwatch. Standard library only, Python 3.9 on."""
