//! How much changed each night, as a drawing: three lanes, one for each kind of change, under one line of days. Each lane has its own height,
//! so that a few removals are seen beside many changes. Everything is measured in whole units of the drawing.

use serde::Serialize;

use crate::view::{Moment, Night};

/// Where the lanes begin, from the left.
const LEFT: u64 = 70;
/// How wide they are.
const WIDTH: u64 = 820;
/// How high a lane is.
const LANE: u64 = 90;
/// From the top of a lane to that of the next.
const PITCH: u64 = 130;
/// From the top of the drawing to that of the first lane, for its name.
const TOP: u64 = 30;
/// The most days that are named.
const DAYS: usize = 8;
/// The height of a bar for a number that is not nought.
const LEAST: u64 = 2;

/// What is counted of a night.
type Count = fn(&Night) -> u64;

/// The drawing.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    width: u64,
    height: u64,
    left: u64,
    right: u64,
    lanes: Vec<Lane>,
    days: Vec<Day>,
    /// Where the days are named.
    foot: u64,
}

/// One kind of change.
#[derive(Debug, Serialize)]
struct Lane {
    kind: &'static str,
    top: u64,
    floor: u64,
    marks: Vec<Mark>,
    bars: Vec<Bar>,
}

/// A number on the edge of a lane.
#[derive(Debug, Serialize)]
struct Mark {
    y: u64,
    count: u64,
}

/// One night in a lane.
#[derive(Debug, Serialize)]
struct Bar {
    x: u64,
    y: u64,
    width: u64,
    height: u64,
    count: u64,
    at: Moment,
}

/// A day that is named.
#[derive(Debug, Serialize)]
struct Day {
    x: u64,
    at: Moment,
}

impl Chart {
    /// Draws nights, of which the newest comes first, with the newest on the right; nothing where there are none.
    pub(super) fn of(nights: &[&Night]) -> Option<Self> {
        if nights.is_empty() {
            return None;
        }
        let count = nights.len() as u64;
        // Few nights are not drawn broader than many.
        let pitch = WIDTH / count.max(12);
        let old_first = || {
            nights
                .iter()
                .rev()
                .zip((0..count).map(|place| LEFT + place * pitch))
        };
        let kinds: [(&'static str, Count); 3] = [
            ("added", |night| night.counts.added),
            ("changed", |night| night.counts.changed),
            ("removed", |night| night.counts.removed),
        ];
        let lanes = kinds.into_iter().zip(0u64..).map(|((kind, of), place)| {
            let top = TOP + place * PITCH;
            let floor = top + LANE;
            let most = round_above(nights.iter().map(|night| of(night)).max().unwrap_or_default());
            let bars = old_first().filter(|(night, _)| of(night) > 0).map(|(night, x)| {
                let count = of(night);
                let height = height(count, most).max(LEAST);
                Bar {
                    x: x + pitch / 8,
                    y: floor - height,
                    width: (pitch * 3 / 4).max(1),
                    height,
                    count,
                    at: night.summary.started,
                }
            });
            Lane {
                kind,
                top,
                floor,
                bars: bars.collect(),
                marks: [most, most / 2, 0]
                    .map(|count| Mark {
                        y: floor - height(count, most),
                        count,
                    })
                    .into(),
            }
        });
        let foot = TOP + 2 * PITCH + LANE + 28;
        let step = nights.len().div_ceil(DAYS);
        Some(Self {
            width: LEFT + WIDTH + 10,
            height: foot + 10,
            left: LEFT,
            right: LEFT + WIDTH,
            lanes: lanes.collect(),
            days: old_first()
                .step_by(step)
                .map(|(night, x)| Day {
                    x: x + pitch / 2,
                    at: night.summary.started,
                })
                .collect(),
            foot,
        })
    }
}

/// How high a number is in a lane that ends at `most`.
fn height(count: u64, most: u64) -> u64 {
    let height = u128::from(count) * u128::from(LANE) / u128::from(most.max(1));
    u64::try_from(height).unwrap_or(LANE).min(LANE)
}

/// The next round number above, of which half is whole too.
fn round_above(most: u64) -> u64 {
    let mut unit = 1u64;
    loop {
        for step in [2, 4, 6, 10] {
            let round = unit.saturating_mul(step);
            if round >= most {
                return round;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Counts, CycleSummary, Usage};

    fn night(place: i64, added: u64) -> Night {
        Night {
            summary: CycleSummary {
                id: place,
                kind: "whole".to_owned(),
                state: "done".to_owned(),
                started: Moment(place * 86_400_000),
                ended: None,
            },
            counts: Counts {
                added,
                ..Counts::default()
            },
            usage: Usage::default(),
        }
    }

    #[test]
    fn an_axis_ends_at_a_round_number_whose_half_is_whole() {
        for (most, round) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (5, 6),
            (7, 10),
            (11, 20),
            (41, 60),
            (1_204, 2_000),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(round_above(most), round, "{most}");
        }
    }

    #[test]
    fn every_night_that_is_not_empty_has_a_bar_within_the_drawing_and_the_newest_is_on_the_right() {
        assert!(Chart::of(&[]).is_none());
        for count in [1, 2, 30, 500] {
            let nights: Vec<_> = (0..count)
                .rev()
                .map(|place| night(place, u64::try_from(place).unwrap()))
                .collect();
            let chart = Chart::of(&nights.iter().collect::<Vec<_>>()).unwrap();
            let lane = &chart.lanes[0];
            assert_eq!(lane.bars.len() as i64, count - 1, "the first night added nothing");
            assert!(lane.bars.is_sorted_by_key(|bar| (bar.x, bar.count)));
            for bar in &lane.bars {
                assert!(
                    bar.x + bar.width <= chart.right && bar.y >= lane.top && bar.y + bar.height == lane.floor
                );
                assert!(bar.height >= LEAST);
            }
            assert!(chart.days.len() <= DAYS);
            assert!(chart.lanes[1].bars.is_empty());
        }
    }

    #[test]
    fn numbers_of_any_size_are_drawn() {
        let chart = Chart::of(&[&night(0, u64::MAX / 100)]).unwrap();
        assert_eq!(chart.lanes[0].bars.len(), 1);
    }
}
