//! Tests over several crates live in `tests/`; this library is empty.
