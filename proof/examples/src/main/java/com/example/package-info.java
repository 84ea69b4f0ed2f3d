/** The new project of the README, as a user would write it. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
