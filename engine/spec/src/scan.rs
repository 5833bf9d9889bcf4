//! A look at a TOML text before it is parsed: how much there is of it, and how deep it nests.
//!
//! The parser takes some hundred bytes for each word, so a file within its limit of bytes could still fill the memory. The lexer takes none.
//!
//! **Invariant:** linear in the text, without recursion, without memory but for the open brackets.

use crate::limits::{Limits, raise};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// What is wrong with a text before it is parsed.
pub(crate) struct TooMuch {
    /// Where, in bytes.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub remedy: String,
}

/// Counts the tokens of a text and the depth of its tables and arrays.
pub(crate) fn scan(text: &str, limits: &Limits) -> Result<(), TooMuch> {
    let mut tokens = 0;
    let mut depth = Depth::default();
    for token in Source::new(text).lex() {
        let offset = token.span().start();
        let fail = |what: String, name: &str| TooMuch {
            offset,
            message: what,
            remedy: raise(name),
        };
        tokens += 1;
        if tokens > limits.tokens {
            let what = format!("more than {} words, numbers and signs", limits.tokens);
            return Err(fail(what, "tokens"));
        }
        let bytes = token.span().len() as u64;
        if bytes > limits.word_bytes && token.kind() != TokenKind::Comment {
            let what = format!(
                "a word or text of {bytes} bytes; the limit is {}",
                limits.word_bytes
            );
            return Err(fail(what, "word_bytes"));
        }
        depth.enter(token.kind());
        if depth.now() > limits.nesting {
            let what = format!("nests deeper than the limit of {}", limits.nesting);
            return Err(TooMuch {
                remedy: "a scene needs no more than a dozen levels".into(),
                ..fail(what, "nesting")
            });
        }
    }
    Ok(())
}

/// How deep a place in a text is nested: the names of its header, those of the dotted keys on the way, the brackets.
#[derive(Default)]
struct Depth {
    header: u64,
    /// For each open bracket, what it and the key before it add.
    open: Vec<u64>,
    /// The sum of these.
    opened: u64,
    /// Names of the key that is being read; 0 within a value.
    names: u64,
    /// Dots since the last sign: of a key when `=` follows, of a number else.
    dots: u64,
    in_header: bool,
    in_value: bool,
}

impl Depth {
    fn now(&self) -> u64 {
        // One dot may be that of a number.
        self.header + self.opened + self.names.max(self.dots.saturating_sub(1))
    }

    fn enter(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Dot => self.dots += 1,
            TokenKind::Equals => {
                self.names = self.dots + 1;
                self.dots = 0;
                self.in_value = true;
            }
            TokenKind::LeftSquareBracket if self.open.is_empty() && !self.in_value => {
                // `[` or the first of `[[`: a header starts.
                self.in_header = true;
                self.header = 0;
                self.dots = 0;
            }
            TokenKind::RightSquareBracket if self.in_header => {
                self.header = self.header.max(self.dots + 1);
                self.dots = 0;
            }
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                let adds = self.names + 1;
                self.open.push(adds);
                self.opened += adds;
                self.names = 0;
                self.dots = 0;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                self.opened -= self.open.pop().unwrap_or_default();
                self.names = 0;
                self.dots = 0;
            }
            TokenKind::Comma => {
                self.names = 0;
                self.dots = 0;
            }
            TokenKind::Newline if self.open.is_empty() => {
                self.names = 0;
                self.dots = 0;
                self.in_value = false;
                self.in_header = false;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_depth(text: &str, depth: u64) {
        let limits = |nesting| Limits {
            nesting,
            ..Limits::default()
        };
        assert!(scan(text, &limits(depth)).is_ok(), "{text}: deeper than {depth}");
        assert!(
            scan(text, &limits(depth - 1)).is_err(),
            "{text}: not as deep as {depth}"
        );
    }

    #[test]
    fn depth_counts_headers_keys_and_brackets() {
        check_depth("a = 1", 1);
        check_depth("a.b.c = 1", 3);
        check_depth("[a.b]\nc.d = 1\n", 4);
        check_depth("[[a.b]]\nc = [[1.5, 2.5]]\n", 5);
        check_depth("[a]\nb = { c = { d.e = 1 } }\nf = 2", 7);
        check_depth("a = [\n[1],\n[1]\n]\n[b.c.d.e.f]\n", 5);
    }

    #[test]
    fn quotes_and_comments_hide_signs() {
        check_depth("a = \"[[[[[[\" # [[[[[[\nb = '''\n[[[\n'''", 1);
    }

    #[test]
    fn tokens_and_words_are_counted() {
        let limits = Limits {
            tokens: 10,
            word_bytes: 5,
            ..Limits::default()
        };
        assert!(scan("a = 12345", &limits).is_ok());
        let long = scan("a = 123456", &limits).map_err(|wrong| (wrong.offset, wrong.message));
        assert_eq!(
            long.expect_err("too long"),
            (4, "a word or text of 6 bytes; the limit is 5".to_string())
        );
        assert!(scan("a = [1,2,3,4]", &limits).is_err());
    }
}
