//! How often each level of red, green and blue occurs in pictures that follow each other.

/// How many pixels have each of the 256 levels, for red, green and blue.
pub type Levels = [Vec<u64>; 3];

/// Neighbouring pixels are counted apart: they are alike, and a counter that was just written to is slow to read.
const APART: usize = 4;

/// Bytes that are compared at once: whole pixels, so often for each of the counters.
const PIECE: usize = 12 * APART;

/// Counts of one picture, for each byte of so many pixels in turn. They are the wanted ones when those of a channel are added
/// up, modulo 2^32.
type Counters = [[u32; 256]; 3 * APART];

/// Counts the levels of all pictures.
///
/// Most of a picture is as it was in the one before: where no more than half of it changed, its counts are those of the one
/// before, less what went and with what came.
pub(super) fn count<'a>(pictures: impl Iterator<Item = &'a [u8]>) -> Levels {
    let mut all = [(); 3].map(|()| vec![0_u64; 256]);
    let mut counters: Counters = [[0; 256]; 3 * APART];
    let mut before: &[u8] = &[];
    for picture in pictures {
        if is_like(before, picture) {
            let (old, old_rest) = before.as_chunks::<PIECE>();
            let (new, new_rest) = picture.as_chunks::<PIECE>();
            for (old, new) in old.iter().zip(new).filter(|(old, new)| differ(old, new)) {
                add(&mut counters, old, u32::MAX);
                add(&mut counters, new, 1);
            }
            add(&mut counters, old_rest, u32::MAX);
            add(&mut counters, new_rest, 1);
        } else {
            counters = [[0; 256]; 3 * APART];
            add(&mut counters, picture, 1);
        }
        before = picture;
        for (channel, all) in all.iter_mut().enumerate() {
            for (level, all) in all.iter_mut().enumerate() {
                let parts = counters
                    .iter()
                    .skip(channel)
                    .step_by(3)
                    .map(|counts| counts[level]);
                *all += u64::from(parts.fold(0, u32::wrapping_add));
            }
        }
    }
    all
}

fn is_like(before: &[u8], picture: &[u8]) -> bool {
    let (old, _) = before.as_chunks::<PIECE>();
    let (new, _) = picture.as_chunks::<PIECE>();
    let changed = old.iter().zip(new).filter(|(old, new)| differ(old, new)).count();
    before.len() == picture.len() && changed <= new.len() / 2
}

/// Without a call for each piece, as the comparison of slices is.
fn differ(old: &[u8; PIECE], new: &[u8; PIECE]) -> bool {
    old.iter().zip(new).fold(0, |bits, (old, new)| bits | (old ^ new)) != 0
}

fn add(counters: &mut Counters, pixels: &[u8], count: u32) {
    let mut add = |(counts, byte): (&mut [u32; 256], &u8)| {
        let counter = &mut counts[usize::from(*byte)];
        *counter = counter.wrapping_add(count);
    };
    let (groups, rest) = pixels.as_chunks::<{ 3 * APART }>();
    for group in groups {
        counters.iter_mut().zip(group).for_each(&mut add);
    }
    counters.iter_mut().zip(rest).for_each(add);
}
