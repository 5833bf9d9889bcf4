//! Mesh files: what is read, and what is said of what cannot be.

use terrella_spec::limits::Limits;
use terrella_spec::mesh::{Mesh, Source, read};

fn parse_within(file: &str, bytes: &[u8], limits: &Limits) -> Result<Mesh, String> {
    let source = Source {
        file,
        bytes: bytes.len() as u64,
        reader: &mut &*bytes,
    };
    read(source, 1.0, limits).map_err(|error| error.to_string())
}

fn parse(file: &str, bytes: &[u8]) -> Result<Mesh, String> {
    parse_within(file, bytes, &Limits::default())
}

#[track_caller]
fn check_message(file: &str, bytes: &[u8], expected: &str) {
    let message = parse(file, bytes).expect_err("it is wrong");
    assert!(message.contains(expected), "wanted: {expected}\ngot: {message}");
}

/// A tetrahedron, its faces named in every way that OBJ knows.
const OBJ: &str = "# four corners
mtllib not-read.mtl
v 0 0 0
v 1 0 0 0.5 0.5 0.5
v 0 1 0
v 0 0 1
vn 0 0 1
usemtl grey
f 1 3 2
f 1/1 2/2 4/3
f 2//1 3//1 4//1
f -1/1/1 -2/1/1 -4/1/1
";

fn tetrahedron() -> Mesh {
    parse("t.obj", OBJ.as_bytes()).expect("a mesh")
}

/// The same triangles as a binary STL file.
fn binary(mesh: &Mesh) -> Vec<u8> {
    let mut bytes = b"solid although it is binary".to_vec();
    bytes.resize(80, b' ');
    bytes.extend((mesh.triangles.len() as u32).to_le_bytes());
    for triangle in &mesh.triangles {
        bytes.extend([0; 12]);
        for corner in triangle {
            for part in mesh.vertices_m[*corner as usize] {
                bytes.extend(part.to_le_bytes());
            }
        }
        bytes.extend([0; 2]);
    }
    bytes
}

/// The same triangles as an ASCII STL file.
fn ascii(mesh: &Mesh) -> String {
    let facets = mesh.triangles.iter().map(|triangle| {
        let corners: String = triangle
            .iter()
            .map(|corner| {
                let [x, y, z] = mesh.vertices_m[*corner as usize];
                format!("vertex {x} {y} {z}\n")
            })
            .collect();
        format!("facet normal 0 0 0\n outer loop\n{corners} endloop\nendfacet\n")
    });
    format!("solid t\n{}endsolid t\n", facets.collect::<String>())
}

#[test]
fn obj_and_both_kinds_of_stl_are_one_mesh() {
    let mesh = tetrahedron();
    assert_eq!(mesh.vertices_m.len(), 4);
    assert_eq!(mesh.triangles, [[0, 1, 2], [0, 2, 3], [2, 1, 3], [3, 1, 0]]);
    assert_eq!(parse("t.stl", &binary(&mesh)).expect("a mesh"), mesh);
    assert_eq!(parse("T.STL", ascii(&mesh).as_bytes()).expect("a mesh"), mesh);
}

#[test]
fn polygons_become_fans_and_triangles_without_surface_are_left_out() {
    let text = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 0 0 -0\nf 1 2 3 4\nf 1 5 2\n";
    let mesh = parse("square.obj", text.as_bytes()).expect("a mesh");
    assert_eq!(mesh.triangles, [[0, 1, 2], [0, 2, 3]]);
    assert_eq!(mesh.vertices_m.len(), 4);
}

#[test]
fn messages_name_file_and_line() {
    let wrong = |from: &str, to: &str| OBJ.replace(from, to).into_bytes();
    check_message(
        "t.obj",
        &wrong("v 0 1 0", "v 0 one 0"),
        "t.obj:5:1: `one` is not a finite number",
    );
    check_message(
        "t.obj",
        &wrong("v 0 1 0", "v 0 nan 0"),
        "`nan` is not a finite number",
    );
    check_message(
        "t.obj",
        &wrong("v 0 1 0", "v 0 1e99 0"),
        "`1e99` is not a finite number",
    );
    check_message("t.obj", &wrong("v 0 1 0", "v 0 1"), "wants three coordinates");
    check_message("t.obj", &wrong("v 0 1 0", "v 0 1e9 0"), "further than 1e6 m");
    check_message(
        "t.obj",
        &wrong("f 1 3 2", "f 1 3 5"),
        "t.obj:9:1: corner 5 does not exist: there are 4",
    );
    check_message("t.obj", &wrong("f 1 3 2", "f 1 3 0"), "corner 0 does not exist");
    check_message("t.obj", &wrong("f 1 3 2", "f 1 3 -5"), "corner -5 does not exist");
    check_message(
        "t.obj",
        &wrong("f 1 3 2", "f 1 3 -9223372036854775808"),
        "does not exist",
    );
    check_message("t.obj", &wrong("f 1 3 2", "f 1 3"), "at least three corners");
    check_message("t.obj", b"v 0 0 0\n", "holds no triangle");
    check_message("t.obj", b"v 0 0 \xff\n", "t.obj:1:1: is no UTF-8 text");
    check_message("t.obj", &[b'v'; 100_000], "a line of more than 65536 bytes");
    check_message("t.gltf", b"", "there are: .obj, .stl");
}

#[test]
fn stl_of_another_size_than_its_header_says_is_refused() {
    let mut bytes = binary(&tetrahedron());
    bytes[..5].copy_from_slice(b"STL  ");
    check_message(
        "t.stl",
        &bytes[..bytes.len() - 1],
        "its header says 4 triangles, which are 284 bytes",
    );
    bytes[80..84].copy_from_slice(&u32::MAX.to_le_bytes());
    check_message("t.stl", &bytes, "its header says 4294967295 triangles");
    check_message("t.stl", b"", "too short");
    let text = ascii(&tetrahedron());
    check_message(
        "t.stl",
        text.replace("endsolid t", "").as_bytes(),
        "ends without `endsolid`",
    );
    check_message(
        "t.stl",
        text.replacen("endloop", "", 1).as_bytes(),
        "t.stl:8:1: `endfacet` has no place",
    );
    check_message("t.stl", b"solid \0\0\xff\xff binary", "is no UTF-8 text");
}

#[test]
fn triangles_are_counted_while_they_are_read() {
    let limits = Limits {
        mesh_triangles: 3,
        ..Limits::default()
    };
    let mesh = tetrahedron();
    for (file, bytes) in [
        ("t.obj", OBJ.as_bytes().to_vec()),
        ("t.stl", binary(&mesh)),
        ("t.stl", ascii(&mesh).into_bytes()),
        (
            "fan.obj",
            format!("v 0 0 0\nf{}", " 1".repeat(30_000)).into_bytes(),
        ),
        ("dust.obj", "v 0 0 0\n".repeat(30_000).into_bytes()),
    ] {
        let message = parse_within(file, &bytes, &limits).expect_err(file);
        assert!(
            message.contains("more than 3 triangles") && message.contains("--limit mesh_triangles"),
            "{message}"
        );
    }
    let small = Limits {
        mesh_bytes: 10,
        ..Limits::default()
    };
    let message = parse_within("t.obj", OBJ.as_bytes(), &small).expect_err("too large");
    assert!(message.contains("the limit is 10"), "{message}");
}

#[test]
fn texture_coordinates_of_an_obj_belong_to_its_triangles() {
    let text = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nf 1/1 2/2 3/3 4/4\n";
    let mesh = parse("square.obj", text.as_bytes()).expect("a mesh");
    assert_eq!(
        mesh.uvs,
        [
            [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]],
            [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
        ]
    );
    // Where one face lacks them there are none; another corner than those of the mesh is no matter of physics.
    for face in ["f 1 2 3", "f 1/1 2/2 3/9"] {
        let text = format!("{text}{face}\n");
        let mesh = parse("square.obj", text.as_bytes()).expect("a mesh");
        assert!(mesh.uvs.is_empty() && mesh.triangles.len() == 3);
    }
}
