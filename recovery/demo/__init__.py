"""The demo: made-up patients at every stage, and one supervisor that runs the whole product on this machine."""
