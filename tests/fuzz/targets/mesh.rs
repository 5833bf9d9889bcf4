//! Mesh files: the first byte tells the format, the second how few triangles are allowed. A mesh that passes is whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrella_spec::limits::Limits;
use terrella_spec::mesh::{self, Source};

fuzz_target!(|bytes: &[u8]| {
    let [format, most, content @ ..] = bytes else {
        return;
    };
    let limits = Limits {
        mesh_triangles: u64::from(*most),
        ..Limits::default()
    };
    let source = Source {
        file: if format % 2 == 0 { "fuzz.obj" } else { "fuzz.stl" },
        bytes: content.len() as u64,
        reader: &mut &*content,
    };
    let Ok(mesh) = mesh::read(source, 0.5, &limits) else {
        return;
    };
    assert!(!mesh.triangles.is_empty() && mesh.triangles.len() as u64 <= limits.mesh_triangles);
    assert!(mesh.vertices_m.iter().flatten().all(|part| part.is_finite()));
    let mut used = vec![false; mesh.vertices_m.len()];
    for [a, b, c] in &mesh.triangles {
        assert!(a != b && b != c && c != a);
        for corner in [a, b, c] {
            used[*corner as usize] = true;
        }
    }
    assert!(used.iter().all(|used| *used));
});
