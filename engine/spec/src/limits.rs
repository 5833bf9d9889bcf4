//! How large a file may make a world or a run. What a user gives is untrusted: it is counted before memory is taken.
//!
//! **Invariant:** each limit stands once, in the table below, from which the flag `--limit NAME=VALUE`, its help and its
//! messages follow.

/// Largest size of a number in a scene or run file. Single precision squares it without overflow.
pub const NUMBER: f64 = 1e15;
/// Shortest and longest length of a shape, m: what single precision can collide.
pub const LENGTH_M: (f64, f64) = (1e-6, 1e6);
/// Most physics steps a second.
pub const STEP_HZ: u32 = 100_000;
/// Most diagnostics that are reported of one file.
pub const DIAGNOSTICS: usize = 20;
/// Pixels of an image that is painted on something. Every episode's record holds its world, images and all.
pub const IMAGE_PIXELS: u64 = 1 << 18;
/// Bytes of a name: of a body, a camera, a scene ...
pub const NAME_BYTES: usize = 128;

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident = $default:expr,)+) => {
        /// How large things may be.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Limits { $($name: $default,)+ }
            }
        }

        impl Limits {
            /// Every limit with its default and what it bounds.
            pub const TABLE: &[(&str, u64, &str)] = &[$((stringify!($name), $default, concat!($($doc),+)),)+];

            /// Sets the limit of this name.
            fn set(&mut self, name: &str, value: u64) -> bool {
                match name {
                    $(stringify!($name) => self.$name = value,)+
                    _ => return false,
                }
                true
            }
        }
    };
}

limits! {
    /// Bytes of a scene or run file.
    file_bytes = 16 << 20,
    /// Words, numbers and signs of a scene or run file: a parsed file takes up to 200 bytes for each.
    tokens = 1_000_000,
    /// Bytes of one word, number or text in a scene or run file.
    word_bytes = 64 << 10,
    /// Tables and arrays within each other. The parser itself ends at 80.
    nesting = 72,
    /// Bodies of a world.
    bodies = 100_000,
    /// Joints of a world.
    joints = 100_000,
    /// Mechanisms of a world.
    mechanisms = 1_000,
    /// Particles of all liquids of a world together.
    liquid_particles = 20_000,
    /// Vertices of all soft bodies of a world together.
    soft_vertices = 4_000,
    /// Cameras of a world, and lidars.
    cameras = 64,
    /// Channels that a world lets its agent sense.
    observed = 10_000,
    /// Numbers that a shape may hold: points, corners, heights.
    shape_numbers = 1 << 24,
    /// Points of a convex hull.
    hull_points = 4096,
    /// Mesh files of a scene.
    mesh_files = 64,
    /// Bytes of a mesh file.
    mesh_bytes = 256 << 20,
    /// Triangles of a mesh. Every episode's record holds its world, meshes and all.
    mesh_triangles = 1 << 16,
    /// Triangles of all bodies' mesh files together.
    scene_triangles = 1 << 18,
    /// Images of a world, for surfaces and the sky.
    images = 64,
    /// Pixels along a side of a picture.
    image_side = 4096,
    /// Pixels of one camera in one episode.
    episode_pixels = 1 << 32,
    /// Transitions of an episode.
    steps = 1_000_000,
    /// Episodes of a run.
    episodes = 1_000_000_000,
    /// Splits of a run.
    splits = 100,
    /// Policies of a run.
    policies = 100,
}

impl Limits {
    /// For a run that is read back out of a dataset. Its file is within limits already; what would overflow a sum or fill the
    /// memory by a single number is not.
    pub(crate) fn of_stored_runs() -> Self {
        let most = u64::MAX;
        Limits {
            tokens: most,
            bodies: most,
            joints: most,
            mechanisms: most,
            liquid_particles: most,
            soft_vertices: most,
            cameras: most,
            observed: most,
            shape_numbers: most,
            hull_points: most,
            mesh_triangles: most,
            images: most,
            image_side: 1 << 14,
            episode_pixels: most,
            steps: 1 << 26,
            episodes: 1 << 40,
            splits: most,
            policies: most,
            ..Limits::default()
        }
    }

    /// Sets a limit by a text such as `bodies=200000`; the error says what would be right.
    pub fn parse(&mut self, text: &str) -> Result<(), String> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` wants the form name=number"))?;
        let number = value
            .trim()
            .replace('_', "")
            .parse()
            .map_err(|_| format!("`{value}` is not a whole number of 0 or more"))?;
        if self.set(name.trim(), number) {
            return Ok(());
        }
        let known: Vec<&str> = Limits::TABLE.iter().map(|(name, ..)| *name).collect();
        Err(format!(
            "there is no limit called `{}`; there are: {}",
            name.trim(),
            known.join(", ")
        ))
    }
}

/// How a limit of this name is raised, for the remedy of a message.
pub fn raise(name: &str) -> String {
    format!("if that is meant, raise it: --limit {name}=NUMBER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_set_by_its_name() {
        for (name, default, doc) in Limits::TABLE {
            let mut limits = Limits::default();
            limits
                .parse(&format!("{name}={default}"))
                .expect("its own default");
            assert_eq!(limits, Limits::default(), "{name}");
            limits.parse(&format!("{name}=7")).expect("a number");
            assert_ne!(limits, Limits::default(), "{name}");
            assert!(!doc.is_empty());
        }
    }

    #[test]
    fn what_is_no_limit_is_told() {
        let mut limits = Limits::default();
        for (text, expected) in [
            ("bodies", "name=number"),
            ("bodies=-1", "not a whole number"),
            ("bodies=18446744073709551616", "not a whole number"),
            ("bodys=3", "there are: file_bytes"),
        ] {
            let message = limits.parse(text).expect_err(text);
            assert!(message.contains(expected), "{message}");
        }
        assert_eq!(limits, Limits::default());
    }
}
