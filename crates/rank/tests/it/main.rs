//! The ranking on real projects, by words alone: neither a database nor a model is at hand here.

mod judged_trees;
mod own_code;
mod project;
