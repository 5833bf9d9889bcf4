//! Blur and vignette of a picture in linear light: `height * width * 3` numbers.

/// Blurs by a Gaussian of this standard deviation in pixels, along rows and then along columns. Beyond an edge lies what
/// is at the edge.
pub(super) fn blur(light: &mut [f32], spare: &mut Vec<f32>, width: usize, height: usize, deviation: f32) {
    if deviation <= 0.0 {
        return;
    }
    let weights = weights(deviation);
    spare.clear();
    spare.resize(light.len(), 0.0);
    along(light, spare, &weights, (width, 3), (height, 3 * width));
    along(spare, light, &weights, (height, 3 * width), (width, 3));
}

/// Half of a Gaussian from its middle on; with its mirror image it sums to 1.
fn weights(deviation: f32) -> Vec<f32> {
    let reach = (3.0 * deviation).ceil() as usize;
    let weight = |offset: usize| {
        let scaled = offset as f32 / deviation;
        libm::expf(-0.5 * scaled * scaled)
    };
    let half: Vec<f32> = (0..=reach).map(weight).collect();
    let sum = half[0] + 2.0 * half[1..].iter().sum::<f32>();
    half.into_iter().map(|weight| weight / sum).collect()
}

/// Blurs lines of `count` pixels that are `step` numbers apart; there are `lines` of them, `apart` numbers apart.
fn along(
    from: &[f32],
    into: &mut [f32],
    weights: &[f32],
    (count, step): (usize, usize),
    (lines, apart): (usize, usize),
) {
    for line in 0..lines {
        for at in 0..count {
            for channel in 0..3 {
                let value = |at: usize| from[line * apart + at * step + channel];
                let mut sum = weights[0] * value(at);
                for (offset, weight) in weights.iter().enumerate().skip(1) {
                    let before = value(at.saturating_sub(offset));
                    let after = value((at + offset).min(count - 1));
                    sum += weight * (before + after);
                }
                into[line * apart + at * step + channel] = sum;
            }
        }
    }
}

/// Takes light away with the square of the distance from the middle: `loss` of it in the corners.
pub(super) fn vignette(light: &mut [f32], width: usize, height: usize, loss: f32) {
    let middle = [0.5 * (width as f32 - 1.0), 0.5 * (height as f32 - 1.0)];
    let corner = middle[0] * middle[0] + middle[1] * middle[1];
    if corner == 0.0 {
        return;
    }
    for (pixel, colors) in light.chunks_exact_mut(3).enumerate() {
        let right = (pixel % width) as f32 - middle[0];
        let down = (pixel / width) as f32 - middle[1];
        let kept = 1.0 - loss * (right * right + down * down) / corner;
        colors.iter_mut().for_each(|value| *value *= kept);
    }
}
