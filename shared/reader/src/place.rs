//! Where a line stands.

/// Lines of one turn, seen as if the picture was turned upright: left, top, right, bottom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Box {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Box {
    pub(crate) fn height(self) -> f32 {
        self.bottom - self.top
    }
    pub(crate) fn width(self) -> f32 {
        self.right - self.left
    }
    pub(crate) fn around(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
    /// How much of the shorter of two stretches lies in the other.
    pub(crate) fn beside(self, other: Self) -> f32 {
        let common = self.bottom.min(other.bottom) - self.top.max(other.top);
        common / self.height().min(other.height()).max(1.0)
    }
    pub(crate) fn above(self, other: Self) -> f32 {
        let common = self.right.min(other.right) - self.left.max(other.left);
        common / self.width().min(other.width()).max(1.0)
    }
}
