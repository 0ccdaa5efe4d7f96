//! Repeatable choice: a stateless draw from (seed, domain, index) and a permutation that can be asked both ways.
//!
//! Nothing here keeps a state between calls; that is what makes random access to any person possible.

use uuid::Builder;

/// The finalising mix of `SplitMix64` (Steele, Lea and Flood, 2014): a bijection on 64 bits that scatters counters.
pub(crate) const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What is being drawn; keeps two draws for one index independent of each other.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Domain {
    Given = 1,
    Surname,
    Gender,
    Phone,
    Title,
    Unit,
    Start,
    Teacher,
    Birth,
    Uuid,
    Kle,
    Household,
    Nights,
    PeopleCsv,
}

/// A draw in `0..2^64` for one index of one domain.
pub(crate) fn draw(seed: u64, domain: Domain, index: u64) -> u64 {
    mix(mix(seed ^ (domain as u64).wrapping_mul(0xa076_1d64_78bd_642f)).wrapping_add(index))
}

/// A draw in `0..bound`; `bound` of zero is read as one.
pub(crate) fn below(seed: u64, domain: Domain, index: u64, bound: u64) -> u64 {
    draw(seed, domain, index) % bound.max(1)
}

/// One entry of a pool.
pub(crate) fn pick<'a, T: ?Sized>(seed: u64, domain: Domain, index: u64, pool: &[&'a T]) -> &'a T {
    pool[below(seed, domain, index, pool.len() as u64) as usize]
}

/// A random-looking version 4 identifier that depends only on its arguments.
pub(crate) fn uuid(seed: u64, class: &str, a: u64, b: u64) -> uuid::Uuid {
    let class = class.bytes().fold(0_u64, |sum, byte| mix(sum ^ u64::from(byte)));
    let high = draw(seed ^ class, Domain::Uuid, mix(a).wrapping_add(b));
    let low = mix(high ^ mix(b ^ class).wrapping_add(a));
    let mut bytes = [0_u8; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    Builder::from_random_bytes(bytes).into_uuid()
}

/// An affine permutation of `0..size`, answered in both directions in constant time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permutation {
    size: u64,
    step: u64,
    inverse: u64,
    offset: u64,
}

impl Permutation {
    pub(crate) fn new(seed: u64, size: u64) -> Self {
        let size = size.max(1);
        let mut step = (mix(seed) % size).max(1);
        while gcd(step, size) != 1 {
            step += 1;
        }
        Self {
            size,
            step,
            inverse: inverse(step % size, size),
            offset: mix(seed ^ 1) % size,
        }
    }

    /// Which index stands at this position.
    pub(crate) fn at(&self, position: u64) -> u64 {
        modular(position % self.size, self.step, self.offset, self.size)
    }

    /// At which position this index stands.
    pub(crate) fn position(&self, index: u64) -> u64 {
        let moved = (index % self.size + self.size - self.offset) % self.size;
        modular(moved, self.inverse, 0, self.size)
    }
}

fn modular(value: u64, factor: u64, offset: u64, size: u64) -> u64 {
    ((u128::from(value) * u128::from(factor) + u128::from(offset)) % u128::from(size)) as u64
}

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The inverse of `value` modulo `size` by the extended Euclidean algorithm.
fn inverse(value: u64, size: u64) -> u64 {
    let (mut r0, mut r1) = (i128::from(size), i128::from(value));
    let (mut t0, mut t1) = (0_i128, 1_i128);
    while r1 != 0 {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (t0, t1) = (t1, t0 - quotient * t1);
    }
    t0.rem_euclid(i128::from(size)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_visits_every_index_once_and_answers_backwards() {
        for size in [1, 2, 9, 16, 1000, 99_991] {
            let permutation = Permutation::new(size * 7 + 3, size);
            let mut seen = vec![false; size as usize];
            for position in 0..size {
                let index = permutation.at(position);
                assert!(!std::mem::replace(&mut seen[index as usize], true));
                assert_eq!(permutation.position(index), position);
            }
        }
    }
}
