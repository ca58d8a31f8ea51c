//! Memory that is not needed any more, given back to the system.
//!
//! Owns the one call that does so. The C library keeps what was freed between pieces that are still in use: the
//! configuration of very many feeds leaves a third of the process behind, documents of many sizes leave a little
//! every hour.

/// Gives back whole pages that hold nothing; takes some milliseconds.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back() {
    // SAFETY: malloc_trim takes no pointer, and may be called at any time by any thread.
    unsafe { libc::malloc_trim(0) };
}

/// Other C libraries do so by themselves or have no such call.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
