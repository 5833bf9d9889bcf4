//! How often each level of red, green and blue occurs in pictures that follow each other.

/// How many pixels have each of the 256 levels, for red, green and blue.
pub type Levels = [Vec<u64>; 3];

/// Neighbouring pixels are counted apart: they are alike, and a counter that was just written to is slow to read.
const APART: usize = 4;

/// Bytes that are compared at once: whole pixels, so often for each of the counters.
const PIECE: usize = 12 * APART;

/// Counts for each byte of so many pixels in turn. They are the wanted ones when those of a channel are added up, modulo 2^64.
type Counters = [[u64; 256]; 3 * APART];

/// Counts the levels of all pictures.
///
/// Most of a picture is as it was in the one before. So the first picture of a run of pictures that are alike is counted as
/// often as the run is long, and then what changed in the others: what went no more, what came instead from there on.
pub(super) fn count(pictures: &[&[u8]]) -> Levels {
    let mut counters: Counters = [[0; 256]; 3 * APART];
    let mut rest = pictures;
    while let Some((first, others)) = rest.split_first() {
        let run = 1 + rest
            .iter()
            .zip(others)
            .take_while(|(old, new)| is_like(old, new))
            .count();
        add(&mut counters, first, run as u64);
        for (place, pair) in rest[..run].windows(2).enumerate() {
            let left = (run - 1 - place) as u64;
            let (old, old_rest) = pair[0].as_chunks::<PIECE>();
            let (new, new_rest) = pair[1].as_chunks::<PIECE>();
            for (old, new) in old.iter().zip(new).filter(|(old, new)| differ(old, new)) {
                add(&mut counters, old, left.wrapping_neg());
                add(&mut counters, new, left);
            }
            add(&mut counters, old_rest, left.wrapping_neg());
            add(&mut counters, new_rest, left);
        }
        rest = &rest[run..];
    }
    let sum = |channel: usize, level: usize| {
        let parts = counters
            .iter()
            .skip(channel)
            .step_by(3)
            .map(|counts| counts[level]);
        parts.fold(0, u64::wrapping_add)
    };
    [0, 1, 2].map(|channel| (0..256).map(|level| sum(channel, level)).collect())
}

/// True where no more than half of a picture changed: else it is quicker counted as it is.
fn is_like(old: &[u8], new: &[u8]) -> bool {
    let (olds, _) = old.as_chunks::<PIECE>();
    let (news, _) = new.as_chunks::<PIECE>();
    let mut changed = 0;
    old.len() == new.len()
        && olds.iter().zip(news).all(|(old, new)| {
            changed += usize::from(differ(old, new));
            changed <= news.len() / 2
        })
}

/// Without a call for each piece, as the comparison of slices is.
fn differ(old: &[u8; PIECE], new: &[u8; PIECE]) -> bool {
    old.iter().zip(new).fold(0, |bits, (old, new)| bits | (old ^ new)) != 0
}

fn add(counters: &mut Counters, pixels: &[u8], count: u64) {
    let mut add = |(counts, byte): (&mut [u64; 256], &u8)| {
        let counter = &mut counts[usize::from(*byte)];
        *counter = counter.wrapping_add(count);
    };
    let (groups, rest) = pixels.as_chunks::<{ 3 * APART }>();
    for group in groups {
        counters.iter_mut().zip(group).for_each(&mut add);
    }
    counters.iter_mut().zip(rest).for_each(add);
}
