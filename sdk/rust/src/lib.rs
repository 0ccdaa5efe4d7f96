//! Write a Samklang connector in Rust.
