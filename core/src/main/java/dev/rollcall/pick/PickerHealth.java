package dev.rollcall.pick;

/**
 * How a picker fares, and what its callers told it since it was made.
 *
 * @param shown how many instances its view shows
 * @param leftOut how many of them are not picked at present; {@link Picker#leftOut} says why
 * @param panic whether the ejected are picked too, because so few others are left
 * @param inFlight the calls that were begun and have not ended
 * @param succeeded the calls that ended well, or were not said to have failed
 * @param failed the calls that were said to have failed
 * @param none how often there was nobody to pick
 */
public record PickerHealth(
        int shown, int leftOut, boolean panic, int inFlight, long succeeded, long failed, long none) {}
