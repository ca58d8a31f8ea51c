//! The processor time that a thread has had: a machine that is busy with other work makes nothing slow.

use std::time::Duration;

/// Of this thread, since it began. Benches ask thousands of times: reading a file of /proc would be a part of what is
/// measured.
pub fn spent() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes one timespec to where it is told, which is this one.
    let told = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(told, 0, "this thread has a clock");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
