//! Downloads from servers that behave and from those that don't.

mod archive;
mod download;
mod index;
mod tls;
mod trust;
