// PCRE2 generates its names from the code unit width: 8 means bytes, which is what every event value is here.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
