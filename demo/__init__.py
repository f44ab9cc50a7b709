"""The demonstration: `make demo` replays a realistic day through the real doors, against a throwaway database."""
