//! Paths of files within a folder, as a scene or a dataset names them: relative, with slashes, never out of the folder.

use crate::limits::NAME_BYTES;

/// Bytes of a path.
const PATH_BYTES: usize = 1024;

/// Says why a path could leave the folder from which it is seen, or could name another file on another system.
/// Links are not seen here: whoever opens the file compares where it lies.
pub fn inside(path: &str) -> Result<(), String> {
    let wrong = |reason: &str| {
        let end = path.floor_char_boundary(80);
        Err(format!("`{}` {reason}", path[..end].escape_debug()))
    };
    if path.is_empty() {
        return wrong("is no path");
    }
    if path.len() > PATH_BYTES {
        return wrong("... is too long for a path");
    }
    if path.starts_with('/') {
        return wrong("is an absolute path; paths are seen from the folder");
    }
    if path.contains('\\') || path.contains(':') {
        return wrong("holds \\ or :; folders are divided by /");
    }
    if path.chars().any(char::is_control) {
        return wrong("holds control characters");
    }
    for part in path.split('/') {
        match part {
            ".." => return wrong("leads out of the folder by `..`"),
            "" | "." => return wrong("has an empty step or `.`"),
            part if part.len() > NAME_BYTES => return wrong("has a name that is too long"),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn paths_stay_inside() {
        for good in [
            "rock.obj",
            "meshes/rock.stl",
            "a/b/c d/ä.obj",
            "..a/b..",
            "...obj",
        ] {
            assert_eq!(inside(good), Ok(()), "{good}");
        }
        let long = "a/".repeat(1000) + "b";
        let name = "n".repeat(200);
        for bad in [
            "",
            "/etc/passwd",
            "..",
            "../x",
            "a/../../x",
            "a/..",
            "a//b",
            "./a",
            "a/.",
            "a\\..\\b",
            "C:/x",
            "C:x",
            "a\0b",
            "a\nb",
            "a/",
            &long,
            &name,
        ] {
            assert!(inside(bad).is_err(), "{bad:?}");
        }
    }
}
