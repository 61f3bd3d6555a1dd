"""An outlet that is imitated, declared to need a browser."""
