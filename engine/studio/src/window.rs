//! The window: a Bevy app with the panels (egui), the viewport's picture, Bevy's handles and lines over it.
//!
//! Three layers lie over each other: the picture, on a sheet before the far end of a camera's view; handles and lines, by the same
//! camera; the panels, with a hole where the world is seen.
//!
//! **Invariant:** the window is closed only where the session says that nothing is lost by it; a bug that ends it leaves the text that was
//! not saved in [`Watch`].

use crate::panels::{Panels, set_theme};
use crate::script::{Script, Stage};
use crate::session::{Dialog, Leaving, Session, Tool, Unsaved};
use crate::viewport::Drag;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{CameraMainTextureUsages, CameraOutputMode, SubCameraView};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::image::Image;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::render_resource::{BlendState, Extent3d, TextureDimension, TextureFormat, TextureUsages};
use bevy::render::view::Msaa;
use bevy::render::{RenderPlugin, settings::RenderCreation};
use bevy::window::{PresentMode, PrimaryWindow, WindowCloseRequested, WindowResolution};
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::egui;
use bevy_egui::{EguiContexts, EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How far the picture's sheet is from the camera, m: behind all handles and lines.
const SHEET_M: f32 = 5000.0;
/// Length of the handles, for each metre of their distance, m.
const HANDLE_SCALE: f32 = 0.12;
/// How often it is looked whether the layout has changed: who is killed loses no more.
const KEEP_LAYOUT: Duration = Duration::from_secs(2);
/// Frames of a script's clock, s.
const SCRIPT_SECS: f64 = 1.0 / 60.0;

/// A layer over those below it.
const OVER: CameraOutputMode = CameraOutputMode::Write {
    blend_state: Some(BlendState::ALPHA_BLENDING),
    clear_color: ClearColorConfig::None,
};

/// How the window is opened.
pub struct Options {
    /// The session that it shows.
    pub session: Session,
    /// Width and height, points.
    pub size: [u32; 2],
    /// The gallery is open at the start.
    pub gallery: bool,
    /// What is done without a person.
    pub script: Option<Script>,
    /// Where the layout is kept.
    pub layout: Option<PathBuf>,
    /// What is known of the window from outside of it.
    pub watch: Watch,
}

/// What is known of the window from outside of it, also after a bug has ended it.
#[derive(Clone, Default)]
pub struct Watch {
    drawn: Arc<AtomicBool>,
    unsaved: Arc<Mutex<Option<Unsaved>>>,
}

impl Watch {
    /// True once a frame was drawn: the display and the driver are there.
    pub fn has_drawn(&self) -> bool {
        self.drawn.load(Ordering::Relaxed)
    }

    /// Puts the text aside that is not saved, where there is one; gives where.
    pub fn put_aside(&self) -> Option<Result<PathBuf, String>> {
        // Who panics may hold it.
        let unsaved = self.unsaved.try_lock().ok()?;
        unsaved.as_ref().map(Unsaved::put_aside)
    }

    fn keep(&self, unsaved: Option<Unsaved>) {
        if let Ok(mut kept) = self.unsaved.lock() {
            *kept = unsaved;
        }
    }
}

/// How long frames take.
struct Pace {
    /// When the start began.
    begun: Instant,
    /// When the frame began.
    frame: Instant,
    /// Since the frame before it began.
    between: Duration,
    /// What the main thread did for the frame before it.
    work: Duration,
}

/// What the window holds, of which the session is the most.
struct Studio {
    session: Session,
    panels: Panels,
    script: Option<Script>,
    layout: Option<PathBuf>,
    /// When it was kept last.
    kept: Instant,
    gallery: bool,
    themed: bool,
    image: Handle<Image>,
    image_size: [u32; 2],
    watch: Watch,
    /// The text that the watch has, and whether it is saved.
    watched: Option<(u64, bool)>,
    pace: Pace,
}

/// The sheet that carries the picture.
#[derive(Component)]
struct Sheet;

/// What the handles hold: it is where the selected thing is.
#[derive(Component)]
struct Handled {
    start: Transform,
}

/// The camera that sees picture, handles and lines.
#[derive(Component)]
struct WorldCamera;

/// The camera that Bevy draws its handles with.
type OfHandles = (With<Camera3d>, Without<WorldCamera>, Without<Sheet>);
/// The camera that sees the picture.
type OfWorld = (With<WorldCamera>, Without<Sheet>);
/// The sheet that carries the picture.
type OfSheet = (With<Sheet>, Without<WorldCamera>);

/// Opens the window and stays until it is closed. `begun` is when the start began.
pub fn run(options: Options, begun: Instant) -> AppExit {
    let (mut session, mut panels) = (options.session, Panels::default());
    if let Some(path) = &options.layout {
        panels.load_layout(path, &mut session);
    }
    let mut app = App::new();
    let [width, height] = options.size;
    let window = Window {
        title: "Terrella Studio".into(),
        resolution: WindowResolution::new(width, height),
        present_mode: PresentMode::AutoVsync,
        ..default()
    };
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin {
                primary_window: Some(window),
                // Asked first, where something is not saved.
                close_when_requested: false,
                ..default()
            })
            .set(RenderPlugin {
                // The first frames would be empty.
                synchronous_pipeline_compilation: true,
                render_creation: RenderCreation::default(),
                ..default()
            })
            .set(LogPlugin {
                filter: "error,wgpu=error,naga=error".into(),
                ..default()
            })
            .set(TaskPoolPlugin {
                task_pool_options: TaskPoolOptions::with_num_threads(2),
            }),
    )
    .add_plugins(EguiPlugin::default())
    .add_plugins(TransformGizmoPlugin)
    .insert_resource(ClearColor(Color::srgb_u8(22, 24, 28)))
    .insert_resource(WinitSettings {
        focused_mode: UpdateMode::reactive(Duration::from_millis(250)),
        unfocused_mode: UpdateMode::reactive_low_power(Duration::from_secs(1)),
    })
    .insert_non_send(Studio {
        session,
        panels,
        script: options.script,
        layout: options.layout,
        kept: begun,
        gallery: options.gallery,
        themed: false,
        image: Handle::default(),
        image_size: [0, 0],
        watch: options.watch,
        watched: None,
        pace: Pace {
            begun,
            frame: begun,
            between: Duration::ZERO,
            work: Duration::ZERO,
        },
    })
    .add_systems(Startup, set_up)
    .add_systems(First, (begin_frame, perform, close, set_pace).chain())
    .add_systems(EguiPrimaryContextPass, self::panels)
    .add_systems(Update, (handles, upload, aim, lines).chain())
    .add_systems(Last, (leave, end_frame).chain())
    .configure_sets(PostUpdate, TransformGizmoSystems.run_if(handles_are_free));
    app.run()
}

fn set_up(
    mut commands: Commands,
    mut egui: ResMut<EguiGlobalSettings>,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut studio: NonSendMut<Studio>,
    mut gizmos: ResMut<GizmoConfigStore>,
) {
    egui.auto_create_primary_context = false;
    studio.image = images.add(blank([1, 1]));
    let (config, _) = gizmos.config_mut::<DefaultGizmoConfigGroup>();
    config.line.width = 1.5;
    config.depth_bias = -1.0;
    commands.spawn((
        WorldCamera,
        TransformGizmoCamera,
        Camera3d::default(),
        // Each of the three cameras has a texture of its own, which is so where they want to use it differently: cameras that share
        // one draw over what the others left there.
        CameraMainTextureUsages(TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING),
        Msaa::Off,
        Tonemapping::None,
        Projection::Perspective(PerspectiveProjection {
            near: 0.01,
            far: 2.0 * SHEET_M,
            ..default()
        }),
    ));
    commands.spawn((
        Sheet,
        NoFrustumCulling,
        Mesh3d(meshes.add(Rectangle::new(1.0, 1.0))),
        MeshMaterial3d(materials.add(StandardMaterial {
            base_color_texture: Some(studio.image.clone()),
            unlit: true,
            fog_enabled: false,
            cull_mode: None,
            ..default()
        })),
        Transform::default(),
        Visibility::Hidden,
    ));
    commands.spawn((
        PrimaryEguiContext,
        Camera2d,
        CameraMainTextureUsages::default().with(TextureUsages::COPY_DST),
        RenderLayers::none(),
        Msaa::Off,
        Camera {
            // Above the camera that Bevy draws its handles with.
            order: 100,
            output_mode: OVER,
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
    ));
}

fn blank([width, height]: [u32; 2]) -> Image {
    let size = Extent3d {
        width,
        height,
        depth_or_array_layers: 1,
    };
    Image::new_fill(
        size,
        TextureDimension::D2,
        &[22, 24, 28, 255],
        TextureFormat::Rgba8UnormSrgb,
        default(),
    )
}

fn begin_frame(mut studio: NonSendMut<Studio>) {
    let now = Instant::now();
    studio.pace.between = now - std::mem::replace(&mut studio.pace.frame, now);
}

/// The main thread has done its part of the frame; what it waits for now is the GPU and the display.
fn end_frame(mut studio: NonSendMut<Studio>) {
    let studio = &mut *studio;
    studio.pace.work = studio.pace.frame.elapsed();
    if !studio.watch.drawn.swap(true, Ordering::Relaxed) && studio.script.is_some() {
        println!("start {:.2} s", studio.pace.begun.elapsed().as_secs_f64());
    }
    let document = &studio.session.project.document;
    let state = (document.version(), document.is_dirty());
    if studio.watched != Some(state) {
        studio.watched = Some(state);
        studio.watch.keep(studio.session.unsaved());
    }
    if let Some(path) = studio
        .layout
        .as_ref()
        .filter(|_| studio.kept.elapsed() > KEEP_LAYOUT)
    {
        studio.kept = Instant::now();
        studio.panels.save_layout(path, &studio.session);
    }
}

/// Somebody closes the window.
fn close(
    mut requests: MessageReader<WindowCloseRequested>,
    mut studio: NonSendMut<Studio>,
    mut exits: MessageWriter<AppExit>,
) {
    let studio = &mut *studio;
    if requests.read().next().is_some()
        && let Err(error) = studio.session.leave(Leaving::Close)
    {
        studio.session.say(error.to_string());
    }
    if studio.panels.is_closing() {
        exits.write(AppExit::Success);
    }
}

/// Continuous while something moves, patient otherwise.
fn set_pace(studio: NonSend<Studio>, mut winit: ResMut<WinitSettings>) {
    let moves = studio.session.playing || studio.script.is_some() || studio.panels.viewport.wants_another();
    // A world that plays goes on where another window has the focus.
    (winit.focused_mode, winit.unfocused_mode) = if moves {
        (UpdateMode::Continuous, UpdateMode::Continuous)
    } else {
        (
            UpdateMode::reactive(Duration::from_millis(250)),
            UpdateMode::reactive_low_power(Duration::from_secs(1)),
        )
    };
}

/// The script's next line.
fn perform(world: &mut World) {
    let Some(mut script) = world.non_send_mut::<Studio>().script.take() else {
        return;
    };
    let window = world
        .query_filtered::<Entity, With<PrimaryWindow>>()
        .single(world)
        .ok();
    let Some(window) = window else { return };
    let done = {
        let mut stage = WindowStage { world, window };
        script.perform(&mut stage)
    };
    if done {
        world.write_message(match script.failed() {
            None => AppExit::Success,
            Some(_) => AppExit::error(),
        });
        if let Some(reason) = script.failed() {
            eprintln!("error: {reason}");
        }
    } else {
        world.non_send_mut::<Studio>().script = Some(script);
    }
}

/// The window as a script acts on it.
struct WindowStage<'a> {
    world: &'a mut World,
    window: Entity,
}

impl Stage for WindowStage<'_> {
    fn session(&mut self) -> &mut Session {
        &mut self.world.non_send_mut::<Studio>().into_inner().session
    }

    fn panels(&mut self) -> &mut Panels {
        &mut self.world.non_send_mut::<Studio>().into_inner().panels
    }

    fn point(&mut self, [x, y]: [f32; 2]) {
        let position = Vec2::new(x, y);
        let mut window = self
            .world
            .get_mut::<Window>(self.window)
            .expect("there is a window");
        let before = window.cursor_position();
        window.set_cursor_position(Some(position));
        let delta = before.map(|before| position - before);
        self.world.write_message(bevy::window::CursorMoved {
            window: self.window,
            position,
            delta,
        });
    }

    fn press(&mut self, down: bool) {
        let state = if down {
            bevy::input::ButtonState::Pressed
        } else {
            bevy::input::ButtonState::Released
        };
        self.world.write_message(bevy::input::mouse::MouseButtonInput {
            button: MouseButton::Left,
            state,
            window: self.window,
        });
    }

    fn screenshot(&mut self, path: PathBuf) {
        use bevy::render::view::screenshot::{Screenshot, save_to_disk};
        self.world
            .spawn(Screenshot::primary_window())
            .observe(save_to_disk(path));
    }

    fn times(&mut self) -> [Duration; 2] {
        let pace = &self.world.non_send::<Studio>().pace;
        [pace.between, pace.work]
    }

    fn handle(&mut self, axis: usize) -> Option<[f32; 2]> {
        let mut query = self
            .world
            .query_filtered::<(&Camera, &GlobalTransform), With<WorldCamera>>();
        let (camera, transform) = query.single(self.world).ok()?;
        let (camera, transform) = (camera.clone(), *transform);
        let mut query = self.world.query_filtered::<&GlobalTransform, With<Handled>>();
        let own = *query.single(self.world).ok()?;
        let tools = self.session().tools.clone();
        let turn = match tools.tool {
            Tool::Scale => own.rotation(),
            _ if tools.local_axes => own.rotation(),
            _ => Quat::IDENTITY,
        };
        let axes = [Vec3::X, Vec3::Y, Vec3::Z].map(|axis| turn * axis);
        let (handled, eye) = (own.translation(), transform.translation());
        let scale = HANDLE_SCALE * eye.distance(handled);
        let offset = if tools.tool == Tool::Rotate {
            // On the ring about the axis, in the middle between the rings about the others, on the side of the eye.
            let sides = [axes[(axis + 1) % 3], axes[(axis + 2) % 3]];
            let near = sides.map(|side| side * (eye - handled).dot(side).signum());
            (near[0] + near[1]).normalize()
        } else {
            // The middle of the arrow along the axis.
            axes[axis] * 0.7
        };
        let at = camera
            .world_to_viewport(&transform, handled + offset * scale)
            .ok()?;
        Some(at.to_array())
    }
}

/// Draws the panels.
fn panels(
    mut contexts: EguiContexts,
    mut studio: NonSendMut<Studio>,
    time: Res<Time<Real>>,
    gizmo: Res<TransformGizmoState>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let studio = &mut *studio;
    if !studio.themed {
        set_theme(ctx);
        studio.themed = true;
        if studio.gallery {
            studio.panels.open_dialog(Dialog::Gallery, &mut studio.session);
        }
    }
    let secs = if studio.script.is_some() {
        SCRIPT_SECS
    } else {
        time.delta_secs_f64().min(0.25)
    };
    studio.session.tick(secs);
    studio.panels.viewport.handles_busy = gizmo.active || gizmo.hovered_axis.is_some();
    let mut root = egui::Ui::new(
        ctx.clone(),
        "studio".into(),
        egui::UiBuilder::new()
            .layer_id(egui::LayerId::background())
            .max_rect(ctx.content_rect()),
    );
    studio.panels.show(&mut root, &mut studio.session);
    Ok(())
}

/// The handles act only where the mouse is over the world and nothing lies over it.
fn handles_are_free(studio: NonSend<Studio>, gizmo: Res<TransformGizmoState>) -> bool {
    gizmo.active || studio.panels.viewport.hovered && !studio.panels.has_dialog()
}

/// Where the handles are.
fn place(viewport: &crate::viewport::Viewport, session: &Session) -> Option<Transform> {
    let pose = viewport.handled(session).ok()?;
    Some(Transform {
        translation: Vec3::from_array(pose.position_m),
        rotation: Quat::from_array(pose.rotation_xyzw),
        scale: Vec3::ONE,
    })
}

/// Puts Bevy's handles at what is selected, and takes from them what they did.
fn handles(
    mut commands: Commands,
    mut studio: NonSendMut<Studio>,
    mut settings: ResMut<TransformGizmoSettings>,
    mut gizmo: ResMut<TransformGizmoState>,
    mut handled: Query<(Entity, &mut Transform, &mut Handled), Without<WorldCamera>>,
    mut dragging: Local<bool>,
) {
    let studio = &mut *studio;
    let tools = &studio.session.tools;
    settings.mode = match tools.tool {
        Tool::Move => TransformGizmoMode::Translate,
        Tool::Rotate => TransformGizmoMode::Rotate,
        Tool::Scale => TransformGizmoMode::Scale,
    };
    settings.space = if tools.local_axes {
        TransformGizmoSpace::Local
    } else {
        TransformGizmoSpace::World
    };
    let steps = studio.panels.viewport.steps(&studio.session);
    settings.snap_translate = steps.map(|steps| steps.move_m);
    settings.snap_rotate = steps.map(|steps| steps.turn_rad);
    settings.snap_scale = steps.map(|steps| steps.scale);
    settings.confine_cursor = false;
    settings.screen_scale_factor = HANDLE_SCALE;
    if studio.panels.viewport.takes_back() {
        // Its button may still be down: it takes hold of nothing until it is pressed again.
        gizmo.active = false;
        gizmo.axis = None;
        gizmo.entity = None;
        *dragging = false;
    }
    let viewport = &studio.panels.viewport;
    let place = viewport.rect.and_then(|_| place(viewport, &studio.session));
    match (place, handled.single_mut()) {
        (Some(place), Err(_)) => {
            commands.spawn((place, Handled { start: place }, TransformGizmoFocus));
        }
        (None, Ok((entity, ..))) => {
            commands.entity(entity).despawn();
            *dragging = false;
            studio.panels.viewport.cancel_drag();
        }
        (Some(place), Ok((_, mut transform, mut own))) => {
            if gizmo.active {
                *dragging = true;
                let drag = Drag {
                    offset_m: transform.translation - own.start.translation,
                    turn: transform.rotation * own.start.rotation.inverse(),
                    scale: transform.scale / own.start.scale,
                };
                studio.panels.viewport.drag(drag);
            } else {
                if std::mem::take(&mut *dragging) {
                    studio.panels.viewport.drop_drag(&mut studio.session);
                }
                // Where the body is now; the edit may have moved it elsewhere.
                let place = self::place(&studio.panels.viewport, &studio.session).unwrap_or(place);
                if own.start != place || *transform != place {
                    own.start = place;
                    *transform = place;
                }
            }
        }
        (None, Err(_)) => {}
    }
}

/// Uploads the picture where it has changed.
fn upload(
    mut studio: NonSendMut<Studio>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    material: Single<&MeshMaterial3d<StandardMaterial>, With<Sheet>>,
) {
    let studio = &mut *studio;
    let Some((size, rgba)) = studio.panels.viewport.draw(&mut studio.session) else {
        return;
    };
    if studio.image_size != size {
        studio.image_size = size;
        images
            .insert(&studio.image, blank(size))
            .expect("the handle is of this image");
    }
    if let Some(mut image) = images.get_mut(&studio.image)
        && let Some(data) = &mut image.data
    {
        data.clear();
        data.extend_from_slice(rgba);
    }
    // A material holds on to the texture that it was bound to, until it is written to.
    if let Some(mut material) = materials.get_mut(&material.0) {
        material.base_color_texture = Some(studio.image.clone());
    }
}

/// Puts cameras and sheet in their places.
fn aim(
    studio: NonSend<Studio>,
    sheet: Single<(&mut Transform, &mut Visibility), OfSheet>,
    camera: Single<(&mut Camera, &mut Transform, &mut Projection), OfWorld>,
    mut overlay: Query<(Entity, &mut Camera, &mut Projection), OfHandles>,
    window: Single<&Window, With<PrimaryWindow>>,
    mut commands: Commands,
) {
    let (mut place, mut visibility) = sheet.into_inner();
    let (mut camera, mut eye, mut projection) = camera.into_inner();
    let Some(rect) = studio
        .panels
        .viewport
        .rect
        .filter(|_| studio.image_size != [0, 0])
    else {
        *visibility = Visibility::Hidden;
        return;
    };
    *visibility = Visibility::Visible;
    let orbit = studio.panels.viewport.camera;
    // The camera sees the whole window; its optical axis goes through the middle of the viewport.
    let scale = window.scale_factor();
    let whole = Vec2::new(window.physical_width() as f32, window.physical_height() as f32).max(Vec2::ONE);
    let middle = Vec2::new(rect.center().x, rect.center().y) * scale;
    let half = middle.max(whole - middle);
    camera.sub_camera_view = Some(SubCameraView {
        full_size: (2.0 * half).as_uvec2(),
        offset: half - middle,
        size: whole.as_uvec2(),
    });
    let aspect = rect.width() / rect.height().max(1.0);
    let steepness = (orbit.fov_deg.to_radians() / 2.0).tan();
    *projection = Projection::Perspective(PerspectiveProjection {
        fov: 2.0 * (steepness * 2.0 * half.y / (rect.height() * scale).max(1.0)).atan(),
        near: 0.01,
        far: 2.0 * SHEET_M,
        ..default()
    });
    // Bevy draws its handles with a camera of their own, which follows this one in place, but not in what it sees.
    for (entity, mut own, mut own_projection) in &mut overlay {
        own.sub_camera_view = camera.sub_camera_view;
        own_projection.clone_from(&projection);
        own.output_mode = OVER;
        own.clear_color = ClearColorConfig::Custom(Color::NONE);
        commands.entity(entity).insert((Msaa::Off, Tonemapping::None));
    }
    eye.translation = orbit.eye_m();
    eye.rotation = orbit.rotation();
    let height = 2.0 * SHEET_M * steepness;
    place.translation = orbit.eye_m() + orbit.forward() * SHEET_M;
    place.rotation = orbit.rotation();
    place.scale = Vec3::new(height * aspect, height, 1.0);
}

/// Lines over the picture.
fn lines(studio: NonSend<Studio>, mut gizmos: Gizmos) {
    let tools = studio.session.tools.clone();
    for line in studio.panels.viewport.lines(&studio.session, &tools) {
        let [red, green, blue] = line.color;
        gizmos.line(line.from, line.to, Color::srgb(red, green, blue));
    }
}

/// When the window closes: the text is put aside, the layout is kept.
fn leave(mut exits: MessageReader<AppExit>, mut studio: NonSendMut<Studio>) {
    if exits.read().next().is_none() {
        return;
    }
    let studio = &mut *studio;
    studio.session.put_aside();
    studio.session.keep_marks();
    if let Some(path) = &studio.layout {
        studio.panels.save_layout(path, &studio.session);
    }
}
