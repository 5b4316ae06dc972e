// Only here so that the precompiled header belongs to a target.
