// SPDX-License-Identifier: Apache-2.0
// Filled in by build.py: the style sheets, minified, every declaration important in a layer of ours,
// so that a page's own `!important` does not reach in (CSS Cascade 5 section 6.4).
declare const BANNER_CSS: string;
declare const DIALOG_CSS: string;
