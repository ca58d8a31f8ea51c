//! Memory that is not needed any more, given back to the system.
//!
//! Owns what is asked of the C library for that, which is made for programs that end. It keeps what was freed between
//! pieces that are still in use: the configuration of very many feeds leaves a third of the process behind, and one
//! document of the largest size leaves as much as two thousand feeds take.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod system {
    /// Pieces from this size on are given back as soon as they are freed. Left to itself the library moves this limit
    /// up to the largest piece it has seen.
    const LARGE_BYTES: libc::c_int = 1 << 20;

    pub fn settle() {
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 64));
        // SAFETY: mallopt takes no pointer; no other thread runs yet.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BYTES);
            libc::mallopt(libc::M_ARENA_MAX, cores as libc::c_int);
        }
    }

    pub fn give_back() {
        // SAFETY: malloc_trim takes no pointer, and may be called at any time by any thread.
        unsafe { libc::malloc_trim(0) };
    }
}

/// Other C libraries do so by themselves or have no such call.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod system {
    pub fn settle() {}
    pub fn give_back() {}
}

/// For a process that is to live long: to be called before any thread is started.
pub fn settle() {
    system::settle();
}

/// Gives back whole pages that hold nothing; takes some milliseconds.
pub fn give_back() {
    system::give_back();
}
