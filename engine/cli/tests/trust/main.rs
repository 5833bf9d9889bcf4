//! A dataset one can trust: damage is found and mended, and no thread count or partition changes a byte.

mod damage;
mod folder;
mod partitions;
