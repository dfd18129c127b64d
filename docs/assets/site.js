// What the theme leaves out for those who use no mouse or no eyes.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

// A region that scrolls must be reached by the keyboard; which do changes with the width of the window.
const scrolling = ".md-typeset__scrollwrap, .md-typeset pre > code, .md-sidebar__scrollwrap";
const reach = () => {
  for (const region of document.querySelectorAll(scrolling)) {
    const scrolls = region.scrollWidth > region.clientWidth + 1 || region.scrollHeight > region.clientHeight + 1;
    if (scrolls && !region.querySelector("a, button, input")) {
      region.tabIndex = 0;
      if (region.matches(".md-typeset__scrollwrap")) {
        region.setAttribute("role", "region");
        region.setAttribute("aria-label", "Table, scrolls sideways");
      }
    } else region.removeAttribute("tabindex");
  }
};
// The theme wraps tables once it has started.
addEventListener("load", () => setTimeout(reach));
addEventListener("resize", reach);
setTimeout(reach, 300);
