//! A small generator of chance (xorshift64*): the same seed, which is not 0, makes the same choices.

pub struct Chance(pub u64);

impl Chance {
    /// A number below `most`; 0 where there is none.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % most.max(1)
    }
}
