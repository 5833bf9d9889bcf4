//! The linear-quadratic regulator of what is commanded once a record: the best linear feedback for a linear model.

/// Gains for `x' = a x + b u`: the command is `-gains . x`. `weights` are the costs of the squares of `x`, `effort_weight` that of
/// the square of `u`.
pub(crate) fn gains<const N: usize>(
    a: &[[f64; N]; N],
    b: &[f64; N],
    weights: &[f64; N],
    effort_weight: f64,
) -> [f64; N] {
    let mut cost = [[0.0f64; N]; N];
    let mut gains = [0.0; N];
    // The recursion of Riccati until it stands still: 40 s of 20 ms each are far beyond the slowest mode of what is led here.
    for _ in 0..2000 {
        let pb: [f64; N] = std::array::from_fn(|i| (0..N).map(|j| cost[i][j] * b[j]).sum());
        let scale = effort_weight + (0..N).map(|i| b[i] * pb[i]).sum::<f64>();
        gains = std::array::from_fn(|j| (0..N).map(|i| pb[i] * a[i][j]).sum::<f64>() / scale);
        let closed: [[f64; N]; N] =
            std::array::from_fn(|i| std::array::from_fn(|j| a[i][j] - b[i] * gains[j]));
        let pc: [[f64; N]; N] =
            std::array::from_fn(|i| std::array::from_fn(|j| (0..N).map(|k| cost[i][k] * closed[k][j]).sum()));
        // Joseph's form: it stays symmetric, where the shorter one drifts off for what falls fast.
        cost = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let own = if i == j { weights[i] } else { 0.0 };
                let effort = effort_weight * gains[i] * gains[j];
                own + effort + (0..N).map(|k| closed[k][i] * pc[k][j]).sum::<f64>()
            })
        });
    }
    gains
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of one state Riccati's equation is a quadratic one.
    #[test]
    fn of_one_state_the_gain_is_the_root_of_a_quadratic_equation() {
        let [gain] = gains(&[[1.0]], &[1.0], &[1.0], 1.0);
        let cost = 0.5 * (1.0 + 5.0f64.sqrt());
        assert!((gain - cost / (1.0 + cost)).abs() < 1e-12, "{gain}");
    }
}
