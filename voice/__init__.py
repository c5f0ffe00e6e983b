"""Speech in and out, offline: a process of its own that the gateway asks over loopback."""
