/** The form of the name of an AWS Region, such as `us-east-1`. */
export const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;
