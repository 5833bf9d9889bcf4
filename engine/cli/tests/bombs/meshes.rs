//! Mesh files that are too large, lie, lead out of the folder, or never end.

use crate::refusal::{pipe, refused, run, text};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const OBJ: &str = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 3 1 4\n";

/// A scene with one fixed body of this mesh file.
fn scene(folder: &Path, mesh: &str) -> PathBuf {
    let file = folder.join("scene.toml");
    let content =
        format!("name = \"bomb\"\n[world.bodies.rock]\nmotion = \"fixed\"\nshape.mesh_file = {{ {mesh} }}\n");
    fs::write(&file, content).expect("a file");
    file
}

#[test]
fn paths_that_lead_elsewhere() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("root");
    fs::create_dir_all(root.join("inner")).expect("a folder");
    fs::write(scratch.path().join("secret.obj"), OBJ).expect("a file");
    fs::write(root.join("good.obj"), OBJ).expect("a file");
    symlink("../secret.obj", root.join("link.obj")).expect("a link");
    symlink("..", root.join("up")).expect("a link");
    symlink("/dev/zero", root.join("zero.obj")).expect("a link");
    symlink("self.obj", root.join("self.obj")).expect("a link");
    pipe(&root.join("pipe.obj"));
    let secret = scratch.path().join("secret.obj");
    let long = "x/".repeat(2000) + "a.obj";
    for (path, expected) in [
        ("../secret.obj", "leads out of the folder"),
        ("inner/../../secret.obj", "leads out of the folder"),
        (text(&secret), "is an absolute path"),
        ("/dev/zero", "is an absolute path"),
        ("link.obj", "leads out of the folder"),
        ("up/secret.obj", "leads out of the folder"),
        ("zero.obj", "leads out of the folder"),
        ("C:/secret.obj", "holds \\ or :"),
        ("..\\\\secret.obj", "holds \\ or :"),
        ("a\\u0000b.obj", "control characters"),
        ("", "is no path"),
        (&long, "too long"),
        ("pipe.obj", "is no regular file"),
        ("inner", "is no regular file"),
        ("absent.obj", "there is no file"),
    ] {
        let file = scene(&root, &format!("path = \"{path}\""));
        refused(
            path,
            &["validate", text(&file)],
            2,
            &["scene.toml:4:", expected, "--asset-root"],
        );
    }
    let file = scene(&root, "path = \"self.obj\"");
    refused(
        "a link to itself",
        &["validate", text(&file)],
        2,
        &["cannot read"],
    );
    let file = scene(&root, "path = \"good.obj\"");
    assert_eq!(run(&["validate", text(&file)]).code, Some(0));
}

#[test]
fn files_that_ask_for_much() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path();
    let stl = |triangles: u32, content: &[u8]| [&[b' '; 80][..], &triangles.to_le_bytes(), content].concat();
    let facet =
        "facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\n";
    let many_corners = OBJ.to_string() + "f" + &" 1 2 3".repeat(5000) + "\n";
    let faces = OBJ.to_string() + &"f 1 2 3\n".repeat(100_000);
    let limit = "--limit mesh_triangles";
    for (name, content, expected) in [
        (
            "lie.stl",
            stl(u32::MAX, &[0; 50]),
            "its header says 4294967295 triangles",
        ),
        ("none.stl", stl(0, b""), "holds no triangle"),
        ("half.stl", stl(10, &[0; 450]), "is the file whole?"),
        ("empty.stl", Vec::new(), "too short"),
        ("many.stl", stl(100_000, &[0; 5_000_000]), limit),
        ("nan.stl", stl(1, &[0xff; 50]), "not finite"),
        ("point.stl", stl(1, &[0; 50]), "holds no triangle with a surface"),
        (
            "ascii.stl",
            format!("solid\n{}", facet.repeat(100_000)).into_bytes(),
            limit,
        ),
        (
            "open.stl",
            format!("solid\n{facet}").into_bytes(),
            "ends without `endsolid`",
        ),
        (
            "line.obj",
            vec![b'v'; 10_000_000],
            "a line of more than 65536 bytes",
        ),
        (
            "spaces.obj",
            vec![b' '; 10_000_000],
            "a line of more than 65536 bytes",
        ),
        (
            "million.obj",
            (OBJ.to_string() + "f" + &" 1".repeat(1_000_000)).into_bytes(),
            "a line of more than 65536 bytes",
        ),
        ("vertices.obj", "v 0 0 0\n".repeat(4_000_000).into_bytes(), limit),
        ("faces.obj", faces.into_bytes(), limit),
        ("polygons.obj", many_corners.repeat(20).into_bytes(), limit),
        (
            "lines.obj",
            "\n".repeat(4_000_000).into_bytes(),
            "holds no triangle",
        ),
        (
            "index.obj",
            (OBJ.to_string() + "f 1 2 4294967297\n").into_bytes(),
            "does not exist",
        ),
        (
            "minimum.obj",
            (OBJ.to_string() + "f 1 2 -9223372036854775808\n").into_bytes(),
            "does not exist",
        ),
        (
            "exponent.obj",
            OBJ.replace("v 1", "v 1e999999999").into_bytes(),
            "is not a finite number",
        ),
        (
            "nan.obj",
            OBJ.replace("v 1", "v nan").into_bytes(),
            "is not a finite number",
        ),
        (
            "far.obj",
            OBJ.replace("v 1", "v 1e30").into_bytes(),
            "from the origin",
        ),
        ("zeros.obj", vec![0; 60_000], "holds no triangle"),
        ("text.gltf", b"{}".to_vec(), "there are: .obj, .stl"),
    ] {
        fs::write(folder.join(name), content).expect("a file");
        let file = scene(folder, &format!("path = \"{name}\""));
        refused(
            name,
            &["validate", text(&file)],
            2,
            &[name, expected, "scene.toml:4:"],
        );
    }
    for (name, bytes, expected) in [
        ("hole.obj", 200 << 20, "a line of more than 65536 bytes"),
        ("hole.stl", 200 << 20, "is the file whole?"),
        ("endless.stl", 1_u64 << 40, "the limit is 268435456"),
    ] {
        File::create(folder.join(name))
            .and_then(|file| file.set_len(bytes))
            .expect("a file with a hole");
        let file = scene(folder, &format!("path = \"{name}\""));
        refused(name, &["validate", text(&file)], 2, &[name, expected]);
    }
}

#[test]
fn meshes_that_make_no_world() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path();
    fs::write(
        folder.join("flat.obj"),
        "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n",
    )
    .expect("a file");
    let dust: String = (0..6000)
        .map(|at| format!("v {at} {} 0\n", at * at % 7919))
        .collect();
    let fans: String = (3..6000).map(|at| format!("f 1 {} {at}\n", at - 1)).collect();
    fs::write(folder.join("dust.obj"), dust + &fans).expect("a file");
    for (mesh, expected) in [
        ("path = \"flat.obj\", hull = true", "not in one plane"),
        ("path = \"dust.obj\", hull = true", "--limit hull_points"),
        ("path = \"flat.obj\", scale = nan", "must be in 1e-9..=1e9"),
        ("path = \"flat.obj\", scale = 1e300", "must be in 1e-9..=1e9"),
        ("path = \"flat.obj\", scale = 1e8", "set `scale`"),
    ] {
        refused(
            mesh,
            &["validate", text(&scene(folder, mesh))],
            2,
            &["scene.toml:4:", expected],
        );
    }
    let many = |count: usize, path: &dyn Fn(usize) -> String| {
        let bodies: String = (0..count)
            .map(|index| {
                format!(
                    "[world.bodies.b{index}]\nmotion = \"fixed\"\nshape.mesh_file.path = \"{}\"\n",
                    path(index)
                )
            })
            .collect();
        fs::write(folder.join("scene.toml"), format!("name = \"bomb\"\n{bodies}")).expect("a file");
    };
    for index in 0..65 {
        fs::write(folder.join(format!("m{index}.obj")), OBJ).expect("a file");
    }
    let file = folder.join("scene.toml");
    many(65, &|index| format!("m{index}.obj"));
    refused(
        "65 mesh files",
        &["validate", text(&file)],
        2,
        &["--limit mesh_files"],
    );
    many(100, &|_| "dust.obj".to_string());
    refused(
        "one mesh file a hundred times",
        &["validate", text(&file)],
        2,
        &["--limit scene_triangles"],
    );
}
