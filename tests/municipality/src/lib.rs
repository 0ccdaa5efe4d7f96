//! A plausible municipality, made from a seed.
