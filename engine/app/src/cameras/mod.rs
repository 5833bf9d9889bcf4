//! Cameras as a sensor: every picture-like output of every recorded camera.
//!
//! A camera takes a picture at some records and repeats it in between; all of its columns belong to the last picture that
//! it took, its pose too. Forward flow is known one picture late: it is written then, and ends with 0.
//!
//! Where a GPU draws, colours, depth and ids are drawn at the end of the episode, all at once; all else comes from the CPU,
//! record by record.
//!
//! **Invariant:** a column holds the same whichever other columns are recorded.

mod columns;
mod wanted;

pub use wanted::{PICTURES, Wanted};

use crate::drawing::{Gpu, KeptMoment, Roll, Shot, Shots};
use crate::error::AppError;
use serde_json::{Value, json};
use terrella_render::effects::{Sensor as Optics, rolling_shutter};
use terrella_render::outputs::{Alone, BodyBox, Classes, Look, body_boxes, flow, normals, points};
use terrella_render::{Frame, Outputs, Renderer, Rig, View};
use terrella_sense::SensorSetup;
use terrella_sense::column::Column;
use terrella_sim::view::StepView;
use terrella_spec::columns::ColumnSpec;
use terrella_spec::pose::Pose;
use terrella_spec::world::{Camera, World};

/// A camera of a lane.
struct LaneCamera {
    name: String,
    camera: Camera<f32>,
    mount: Option<usize>,
    track: Option<usize>,
    wanted: Wanted,
    optics: Optics,
    /// What it sees, and what it saw in its picture before: for flow.
    look: Look,
    before: Look,
    /// Rows since its last picture, the picture's own included; 0 before the first.
    rows: usize,
    /// Its pictures, where they are drawn at the end.
    shots: Vec<Shot>,
}

/// The bodies at a moment.
#[derive(Default)]
struct Moment {
    record: u32,
    seconds: f64,
    poses: Vec<Pose>,
    /// Where the particles of each liquid and the vertices of each soft body are, m.
    points: Vec<Vec<[f32; 3]>>,
}

impl Moment {
    fn read(&mut self, view: &StepView<'_>) {
        self.record = view.step();
        self.seconds = f64::from(view.step()) / f64::from(view.world().control_hz);
        view.poses(&mut self.poses);
        view.points(&mut self.points);
    }

    fn set(&mut self, record: u32, hz: u32, poses: &[Pose], points: &[Vec<[f32; 3]>]) {
        self.record = record;
        self.seconds = f64::from(record) / f64::from(hz);
        self.poses.clear();
        self.poses.extend_from_slice(poses);
        self.points.resize_with(points.len(), Vec::new);
        for (own, points) in self.points.iter_mut().zip(points) {
            own.clone_from(points);
        }
    }
}

/// What is kept to be drawn at the end of an episode.
struct Later {
    gpu: Gpu,
    renderer: Renderer,
    /// Those at which some camera took a picture, and those before them from which a shutter rolls.
    moments: Vec<KeptMoment>,
}

impl Later {
    fn keep(&mut self, moment: &Moment) -> usize {
        self.moments.push(KeptMoment {
            poses: moment.poses.clone(),
            points: moment.points.clone(),
        });
        self.moments.len() - 1
    }
}

/// Draws what all recorded cameras see.
pub struct Cameras {
    renderer: Renderer,
    /// None: the CPU draws at once.
    later: Option<Later>,
    /// For amodal masks, where they are wanted.
    alone: Option<Alone>,
    classes: Classes,
    boxes: Vec<BodyBox>,
    cameras: Vec<LaneCamera>,
    size: [u32; 2],
    now: Moment,
    /// Where now and the record before are among the moments that are kept.
    kept: [Option<usize>; 2],
    /// The record before.
    earlier: Moment,
    frame: Frame,
    rolled: Frame,
}

impl Cameras {
    /// The cameras of a world that are recorded; `supersample` samples along each side of a pixel. Without a GPU the CPU
    /// draws.
    pub fn new(
        setup: &SensorSetup<'_>,
        wanted: Wanted,
        supersample: u32,
        gpu: Option<&Gpu>,
    ) -> Result<Self, AppError> {
        let mut cameras = Vec::new();
        for name in setup.cameras {
            let camera = setup.world.cameras.get(name).ok_or_else(|| {
                let known: Vec<&str> = setup.world.cameras.keys().map(String::as_str).collect();
                AppError::run(
                    "cameras",
                    format!("there is no camera `{name}`; there are: {}", known.join(", ")),
                )
            })?;
            let body = |field: &str, body: &Option<String>| {
                body.as_ref()
                    .map(|body| body_index(setup.world, &format!("world.cameras.{name}.{field}"), body))
                    .transpose()
            };
            let key = setup.seed.stream(&format!("camera/{name}")).next_u64();
            cameras.push(LaneCamera {
                name: name.clone(),
                mount: body("mount", &camera.mount)?,
                track: body("track", &camera.track)?,
                wanted: wanted.by(camera),
                optics: Optics::new(&camera.effects, key),
                camera: camera.clone(),
                look: Look::default(),
                before: Look::default(),
                rows: 0,
                shots: Vec::new(),
            });
        }
        let needs_masks = cameras.iter().any(|camera| camera.wanted.needs_masks());
        let renderer = || Renderer::new(setup.world).map(|renderer| renderer.supersampled(supersample));
        let later = |gpu: &Gpu| {
            Ok::<_, AppError>(Later {
                gpu: gpu.clone(),
                renderer: renderer()?,
                moments: Vec::new(),
            })
        };
        Ok(Cameras {
            later: gpu.map(later).transpose()?,
            renderer: renderer()?,
            alone: needs_masks.then(|| Alone::new(setup.world)).transpose()?,
            classes: Classes::new(setup.world),
            boxes: body_boxes(setup.world),
            cameras,
            size: setup.image_size,
            now: Moment::default(),
            kept: [None; 2],
            earlier: Moment::default(),
            frame: Frame::default(),
            rolled: Frame::default(),
        })
    }

    /// Draws one camera, by its index among the recorded ones, with what its sensor does to single pictures.
    pub fn draw(&mut self, view: &StepView<'_>, index: usize, outputs: Outputs) -> &Frame {
        self.now.read(view);
        self.renderer.set_points(&self.now.points);
        let camera = &mut self.cameras[index];
        let seen = camera.view(&self.now, self.size);
        self.renderer
            .render(&seen, &self.now.poses, outputs, &mut self.frame);
        camera.optics.expose(self.now.record, &mut self.frame);
        &self.frame
    }

    /// Names, intrinsics and, where they stand still, extrinsics of all cameras, as JSON.
    pub fn describe(&mut self, view: &StepView<'_>) -> String {
        self.now.read(view);
        self.describe_here()
    }

    /// As [`Cameras::describe`], of bodies in these poses at the start.
    pub fn describe_at(&mut self, poses: &[Pose]) -> String {
        self.now.set(0, 1, poses, &[]);
        self.describe_here()
    }

    /// As [`Cameras::read`], of bodies in these poses, and liquids and soft bodies with these points, at a record; `hz` records a second.
    pub fn read_at(
        &mut self,
        record: u32,
        hz: u32,
        (poses, points): (&[Pose], &[Vec<[f32; 3]>]),
        columns: &mut [Column],
    ) {
        self.now.set(record, hz, poses, points);
        self.read_here(columns);
    }

    fn describe_here(&self) -> String {
        let mut all = serde_json::Map::new();
        for camera in &self.cameras {
            let seen = camera.view(&self.now, self.size);
            let k = seen.intrinsics;
            let fixed = (!camera.camera.moves()).then(|| seen.camera_from_world_matrix().to_vec());
            let mut own = json!({ "width": k.width, "height": k.height, "fx": k.fx, "fy": k.fy, "cx": k.cx, "cy": k.cy,
                                  "camera_from_world": fixed });
            if !k.lens.is_pinhole() {
                own["lens"] = json!(k.lens);
            }
            if camera.camera.every > 1 {
                own["every"] = Value::from(camera.camera.every);
            }
            if camera.wanted.classes {
                own["class_names"] = json!(self.classes.names());
            }
            all.insert(camera.name.clone(), own);
        }
        Value::Object(all).to_string()
    }

    fn has_boxes(&self) -> bool {
        self.cameras.iter().any(|camera| camera.wanted.boxes)
    }
}

fn body_index(world: &World<f32>, place: &str, body: &str) -> Result<usize, AppError> {
    world
        .bodies
        .get_index_of(body)
        .ok_or_else(|| AppError::run(place, format!("there is no body called `{body}`")))
}

impl LaneCamera {
    fn view(&self, moment: &Moment, size: [u32; 2]) -> View {
        let rig = Rig {
            mount: self.mount.map(|body| &moment.poses[body]),
            track: self.track.map(|body| &moment.poses[body]),
            seconds: moment.seconds,
        };
        View::on(&self.camera, &rig, size[0], size[1])
    }

    /// How much of the time since the record before the rows of its colours take, where they are of moments of their own.
    fn rolls(&self, earlier: &Moment) -> Option<f32> {
        let share = self.camera.effects.rolling_shutter.unwrap_or(0.0);
        (self.wanted.frame().rgb && share > 0.0 && !earlier.poses.is_empty()).then_some(share)
    }

    /// True where it takes a picture now.
    fn takes(&self, record: u32) -> bool {
        self.rows == 0 || (record.is_multiple_of(self.camera.every) && !self.optics.drops(record))
    }
}

impl Cameras {
    /// Draws colours, depth and ids of a camera into `frame`.
    fn expose(&mut self, index: usize, seen: &View) {
        let camera = &mut self.cameras[index];
        let mut outputs = camera.wanted.frame();
        let share = camera.rolls(&self.earlier);
        outputs.rgb &= share.is_none();
        self.renderer
            .render(seen, &self.now.poses, outputs, &mut self.frame);
        if let Some(share) = share {
            let earlier = camera.view(&self.earlier, self.size);
            rolling_shutter(
                &mut self.renderer,
                share,
                (&earlier, &self.earlier.poses),
                (seen, &self.now.poses),
                &mut self.rolled,
            );
            std::mem::swap(&mut self.frame.rgb, &mut self.rolled.rgb);
        }
        camera.optics.expose(self.now.record, &mut self.frame);
    }

    /// Writes a row of a picture that is taken now.
    fn take(&mut self, index: usize, columns: &mut [Column]) {
        let seen = self.cameras[index].view(&self.now, self.size);
        let wanted = self.cameras[index].wanted;
        let (drawn, rest) = columns.split_at_mut(wanted.frame_columns());
        if self.later.is_some() {
            self.keep(index, seen);
        } else {
            self.expose(index, &seen);
            write_frame(&self.frame, drawn);
        }
        let mut columns = rest.iter_mut();
        let mut next = || columns.next().expect("the columns are those of `columns`");
        let camera = &mut self.cameras[index];
        if wanted.needs_look() {
            std::mem::swap(&mut camera.look, &mut camera.before);
            camera.look.take(&mut self.renderer, &seen, &self.now.poses);
        }
        let (renderer, look) = (&self.renderer, &camera.look);
        if wanted.classes {
            self.classes.write(renderer, look, next().raster());
        }
        if wanted.normals {
            normals(renderer, look, next().raster_i8());
        }
        if wanted.flow {
            let (forward, backward) = (next(), next());
            if camera.rows == 0 {
                backward.raster_f32().resize(look.seen().pixels() * 2, 0.0);
            } else {
                let (before, now) = (&camera.before, (look.view(), look.poses(), look.trails()));
                flow(renderer, before, now, forward.raster_f32());
                for _ in 1..camera.rows {
                    forward.repeat_row();
                }
                let then = (before.view(), before.poses(), before.trails());
                flow(renderer, look, then, backward.raster_f32());
            }
        }
        if wanted.needs_masks() {
            let alone = self.alone.as_mut().expect("a camera wants masks");
            let masks = alone.masks(renderer, look);
            if wanted.amodal {
                let (runs, visibility) = (next(), next());
                for (thing, mask) in masks.iter().enumerate() {
                    for (first, length) in &mask.runs {
                        runs.ints().extend([thing as i32, *first as i32, *length as i32]);
                    }
                    visibility.floats().extend([
                        mask.visible_pixels as f32,
                        mask.amodal_pixels as f32,
                        mask.visible_fraction(),
                    ]);
                }
                runs.end_row();
                visibility.end_row();
            }
            if wanted.boxes {
                let (flat, solid) = (next(), next());
                for own in masks.iter().flat_map(|mask| [mask.visible_box, mask.amodal_box]) {
                    flat.ints()
                        .extend([own.x0, own.y0, own.x1, own.y1].map(|side| side as i32));
                }
                for (own, pose) in self.boxes.iter().zip(&self.now.poses) {
                    let pose = own.seen_from(pose, &seen.world_from_camera);
                    write_box(solid, &pose, own);
                }
                flat.end_row();
                solid.end_row();
            }
        }
        if wanted.points {
            points(look, next().raster_f32());
        }
        if wanted.poses_of(&camera.camera) {
            let pose = seen.world_from_camera;
            let column = next().floats();
            column.extend_from_slice(&pose.position_m);
            column.extend_from_slice(&pose.rotation_xyzw);
        }
        if camera.camera.may_repeat() {
            next().bools().push(true);
        }
        camera.rows = 1;
    }

    /// Keeps what a picture is drawn of.
    fn keep(&mut self, index: usize, view: View) {
        let Some(later) = &mut self.later else { return };
        let [now, before] = &mut self.kept;
        let moment = *now.get_or_insert_with(|| later.keep(&self.now));
        let camera = &mut self.cameras[index];
        let rolls = camera.rolls(&self.earlier).map(|share| Roll {
            share,
            view: camera.view(&self.earlier, self.size),
            moment: *before.get_or_insert_with(|| later.keep(&self.earlier)),
        });
        camera.shots.push(Shot {
            view,
            record: self.now.record,
            moment,
            rolls,
            rows: 1,
        });
    }

    /// Writes a row that repeats the last picture.
    fn repeat(&mut self, index: usize, columns: &mut [Column]) {
        let camera = &mut self.cameras[index];
        let forward = camera.wanted.forward_flow_column();
        let last = columns.len() - 1;
        let drawn = match camera.shots.last_mut() {
            Some(shot) => {
                shot.rows += 1;
                camera.wanted.frame_columns()
            }
            None => 0,
        };
        for (position, column) in columns.iter_mut().enumerate().skip(drawn) {
            if position == last {
                column.bools().push(false);
            } else if Some(position) != forward {
                column.repeat_row();
            }
        }
        camera.rows += 1;
    }
}

fn write_box(column: &mut Column, pose: &Pose, own: &BodyBox) {
    let column = column.floats();
    column.extend_from_slice(&pose.position_m);
    column.extend_from_slice(&pose.rotation_xyzw);
    column.extend_from_slice(&own.half_extents_m);
}

/// Writes a row of colours, depth and ids, as many of them as there are.
fn write_frame(frame: &Frame, columns: &mut [Column]) {
    let mut columns = columns.iter_mut();
    let mut next = || columns.next().expect("a column for each output");
    if !frame.rgb.is_empty() {
        next().rgb().extend_from_slice(&frame.rgb);
    }
    if !frame.depth_m.is_empty() {
        // Rounded to the nearest millimetre; what lies farther than 65.5 m is 65535.
        let depths = frame.depth_m.iter();
        let millimetres = depths.map(|depth| (depth * 1000.0 + 0.5).min(65535.0) as u16);
        next().raster().extend(millimetres);
    }
    if !frame.ids.is_empty() {
        next().raster().extend_from_slice(&frame.ids);
    }
}

/// As [`terrella_sense::Sensor`], but that the end can fail.
impl Cameras {
    /// The columns it fills: the same for every world of a run.
    pub fn columns(&self) -> Vec<ColumnSpec> {
        let shared = self.has_boxes().then(columns::world_boxes);
        let own = (self.cameras.iter())
            .flat_map(|camera| columns::of_camera(&camera.name, &camera.camera, camera.wanted, self.size));
        shared.into_iter().chain(own).collect()
    }

    /// Appends one row to each of its columns, but for those that are drawn at the end.
    pub fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        self.now.read(view);
        self.read_here(columns);
    }

    /// Ends an episode. The last picture has no next one: its forward flow is 0. What a GPU draws is drawn now.
    pub fn finish(&mut self, columns: &mut [Column]) -> Result<(), AppError> {
        let pixels = self.size[0] as usize * self.size[1] as usize;
        let mut rest = &mut columns[usize::from(self.has_boxes())..];
        let mut drawn = Vec::new();
        for camera in &self.cameras {
            let (own, others) = rest.split_at_mut(camera.wanted.columns(&camera.camera));
            if let Some(forward) = camera.wanted.forward_flow_column() {
                let column = own[forward].raster_f32();
                column.resize(column.len() + camera.rows * pixels * 2, 0.0);
            }
            drawn.push(&mut own[..camera.wanted.frame_columns()]);
            rest = others;
        }
        let Some(later) = self.later.take() else {
            return Ok(());
        };
        let of_camera = |camera: &mut LaneCamera| (std::mem::take(&mut camera.shots), camera.wanted.frame());
        let shots: Vec<(Vec<Shot>, Outputs)> = self.cameras.iter_mut().map(of_camera).collect();
        let all = Shots {
            cameras: &shots,
            moments: &later.moments,
        };
        let (cameras, frame) = (&mut self.cameras, &mut self.frame);
        later.gpu.draw(later.renderer, &all, |camera, number, seen| {
            let (shots, columns) = (&shots[camera].0, &mut *drawn[camera]);
            frame.clone_from(seen);
            cameras[camera].optics.expose(shots[number].record, frame);
            for _ in 0..shots[number].rows {
                write_frame(frame, columns);
            }
            if number == 0 {
                // The first row says how long a row is.
                let rows: usize = shots.iter().map(|shot| shot.rows).sum();
                columns.iter_mut().for_each(|column| column.reserve_rows(rows));
            }
        })
    }

    /// Says whether the GPU refuses what these cameras see of bodies in these poses.
    pub(crate) fn plan_at(mut self, poses: &[Pose]) -> Result<(), AppError> {
        let Some(later) = self.later.take() else {
            return Ok(());
        };
        self.now.set(0, 1, poses, &[]);
        let of_camera = |camera: &LaneCamera| {
            let view = camera.view(&self.now, self.size);
            let shot = Shot {
                view,
                record: 0,
                moment: 0,
                rolls: None,
                rows: 1,
            };
            (vec![shot], camera.wanted.frame())
        };
        let cameras: Vec<(Vec<Shot>, Outputs)> = self.cameras.iter().map(of_camera).collect();
        let all = Shots {
            cameras: &cameras,
            moments: &[KeptMoment {
                poses: poses.to_vec(),
                points: Vec::new(),
            }],
        };
        later.gpu.plan(later.renderer, &all)
    }
}

impl Cameras {
    /// Writes a row of what is seen now.
    fn read_here(&mut self, columns: &mut [Column]) {
        // A liquid's surface is dear: it is made where the CPU takes a picture.
        let draws = |camera: &LaneCamera| self.later.is_none() || camera.wanted.needs_look();
        if (self.cameras.iter()).any(|camera| draws(camera) && camera.takes(self.now.record)) {
            self.renderer.set_points(&self.now.points);
        }
        // What is now was now before: see the end.
        self.kept = [None, self.kept[0]];
        let mut rest = columns;
        if self.has_boxes() {
            let (shared, others) = rest.split_at_mut(1);
            for (pose, own) in self.now.poses.iter().zip(&self.boxes) {
                write_box(&mut shared[0], &own.at(pose), own);
            }
            shared[0].end_row();
            rest = others;
        }
        for index in 0..self.cameras.len() {
            let camera = &self.cameras[index];
            let (own, others) = rest.split_at_mut(camera.wanted.columns(&camera.camera));
            if camera.takes(self.now.record) {
                self.take(index, own);
            } else {
                self.repeat(index, own);
            }
            rest = others;
        }
        std::mem::swap(&mut self.now, &mut self.earlier);
    }
}
