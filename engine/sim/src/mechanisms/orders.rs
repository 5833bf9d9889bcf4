//! Orders that come in over time, and how many of them are delivered an hour.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

const HOUR_SECS: f32 = 3600.0;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Order {
    lifter: usize,
    arrives_secs: f32,
    /// How long after it came in it was delivered, s.
    took_secs: Option<f32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    orders: Vec<Order>,
    /// Physics steps so far: a time that does not drift.
    steps: u32,
    secs: f32,
}

impl Orders {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Orders { lifters, arrive_secs } = mechanism else {
            unreachable!("called for orders");
        };
        names.one_for_each("arrive_secs", arrive_secs.len(), "time", lifters.len(), "orders")?;
        let order = |(name, arrives_secs): (&String, &f32)| {
            let lifter = names.mechanism("lifters", name)?;
            if !matches!(names.world.mechanisms[lifter], Mechanism::Lifter { .. }) {
                let reason = format!("`{name}` must be a lifter");
                return Err(LaneError::invalid(names.place("lifters"), reason));
            }
            names.zero_or_more("arrive_secs", *arrives_secs)?;
            Ok(Order {
                lifter,
                arrives_secs: *arrives_secs,
                took_secs: None,
            })
        };
        Ok(Orders {
            orders: lifters
                .iter()
                .zip(arrive_secs)
                .map(order)
                .collect::<Result<_, LaneError>>()?,
            steps: 0,
            secs: 0.0,
        })
    }

    fn arrived(&self) -> usize {
        let came = |order: &&Order| order.arrives_secs <= self.secs;
        self.orders.iter().filter(came).count()
    }
}

impl Act for Orders {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.steps += 1;
        self.secs = self.steps as f32 * scope.dt_secs();
        for order in &mut self.orders {
            let waited = self.secs - order.arrives_secs;
            if order.took_secs.is_none() && waited >= 0.0 && scope.signals[order.lifter].done {
                order.took_secs = Some(waited);
            }
        }
        Signal::default()
    }

    fn telemetry(&self) -> Vec<f32> {
        let took: Vec<f32> = self.orders.iter().filter_map(|order| order.took_secs).collect();
        let count = took.len() as f32;
        let per_hour = HOUR_SECS * count / self.secs.max(1.0);
        let mean_secs = took.iter().sum::<f32>() / count.max(1.0);
        vec![self.shown(), count, per_hour, mean_secs]
    }

    fn shown(&self) -> f32 {
        self.arrived() as f32
    }

    fn memory(&self) -> [f32; 3] {
        [self.steps as f32, 0.0, 0.0]
    }

    fn waiting(&self) -> Vec<f32> {
        let took = self.orders.iter().map(|order| order.took_secs.unwrap_or(-1.0));
        took.collect()
    }
}
