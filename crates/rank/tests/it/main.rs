//! The ranking on real projects and samples, by words alone: neither a database nor a model is at hand
//! here.

mod judged_trees;
mod languages;
mod own_code;
mod project;
mod segment;
