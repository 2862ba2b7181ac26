-- Lets one session fold the delta at a time. Takes no snapshot, unlike an advisory lock, and stands in nobody else's way.
LOCK TABLE ops.cube IN SHARE UPDATE EXCLUSIVE MODE
